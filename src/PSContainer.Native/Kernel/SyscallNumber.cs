namespace PSContainer.Kernel;

/// <summary>
/// System call numbers by the kernel's own names: of x86-64 (arch/x86/entry/syscalls/syscall_64.tbl) and arm64 (scripts/syscall.tbl).
/// </summary>
/// <remarks>Only calls that both have: for the older ones that arm64 lacks (open, poll, fork) there are openat, ppoll, clone.</remarks>
public static class SyscallNumber
{
    /// <summary>read(2).</summary>
    public static int read => Processor.IsArm64 ? 63 : 0;

    /// <summary>write(2).</summary>
    public static int write => Processor.IsArm64 ? 64 : 1;

    /// <summary>close(2).</summary>
    public static int close => Processor.IsArm64 ? 57 : 3;

    /// <summary>fstat(2).</summary>
    public static int fstat => Processor.IsArm64 ? 80 : 5;

    /// <summary>lseek(2).</summary>
    public static int lseek => Processor.IsArm64 ? 62 : 8;

    /// <summary>mmap(2).</summary>
    public static int mmap => Processor.IsArm64 ? 222 : 9;

    /// <summary>mprotect(2).</summary>
    public static int mprotect => Processor.IsArm64 ? 226 : 10;

    /// <summary>munmap(2).</summary>
    public static int munmap => Processor.IsArm64 ? 215 : 11;

    /// <summary>brk(2).</summary>
    public static int brk => Processor.IsArm64 ? 214 : 12;

    /// <summary>rt_sigaction(2).</summary>
    public static int rt_sigaction => Processor.IsArm64 ? 134 : 13;

    /// <summary>rt_sigprocmask(2).</summary>
    public static int rt_sigprocmask => Processor.IsArm64 ? 135 : 14;

    /// <summary>rt_sigreturn(2).</summary>
    public static int rt_sigreturn => Processor.IsArm64 ? 139 : 15;

    /// <summary>ioctl(2).</summary>
    public static int ioctl => Processor.IsArm64 ? 29 : 16;

    /// <summary>pread64(2).</summary>
    public static int pread64 => Processor.IsArm64 ? 67 : 17;

    /// <summary>pwrite64(2).</summary>
    public static int pwrite64 => Processor.IsArm64 ? 68 : 18;

    /// <summary>readv(2).</summary>
    public static int readv => Processor.IsArm64 ? 65 : 19;

    /// <summary>writev(2).</summary>
    public static int writev => Processor.IsArm64 ? 66 : 20;

    /// <summary>sched_yield(2).</summary>
    public static int sched_yield => Processor.IsArm64 ? 124 : 24;

    /// <summary>mremap(2).</summary>
    public static int mremap => Processor.IsArm64 ? 216 : 25;

    /// <summary>msync(2).</summary>
    public static int msync => Processor.IsArm64 ? 227 : 26;

    /// <summary>mincore(2).</summary>
    public static int mincore => Processor.IsArm64 ? 232 : 27;

    /// <summary>madvise(2).</summary>
    public static int madvise => Processor.IsArm64 ? 233 : 28;

    /// <summary>shmget(2).</summary>
    public static int shmget => Processor.IsArm64 ? 194 : 29;

    /// <summary>shmat(2).</summary>
    public static int shmat => Processor.IsArm64 ? 196 : 30;

    /// <summary>shmctl(2).</summary>
    public static int shmctl => Processor.IsArm64 ? 195 : 31;

    /// <summary>dup(2).</summary>
    public static int dup => Processor.IsArm64 ? 23 : 32;

    /// <summary>nanosleep(2).</summary>
    public static int nanosleep => Processor.IsArm64 ? 101 : 35;

    /// <summary>getitimer(2).</summary>
    public static int getitimer => Processor.IsArm64 ? 102 : 36;

    /// <summary>setitimer(2).</summary>
    public static int setitimer => Processor.IsArm64 ? 103 : 38;

    /// <summary>getpid(2).</summary>
    public static int getpid => Processor.IsArm64 ? 172 : 39;

    /// <summary>sendfile(2).</summary>
    public static int sendfile => Processor.IsArm64 ? 71 : 40;

    /// <summary>socket(2).</summary>
    public static int socket => Processor.IsArm64 ? 198 : 41;

    /// <summary>connect(2).</summary>
    public static int connect => Processor.IsArm64 ? 203 : 42;

    /// <summary>accept(2).</summary>
    public static int accept => Processor.IsArm64 ? 202 : 43;

    /// <summary>sendto(2).</summary>
    public static int sendto => Processor.IsArm64 ? 206 : 44;

    /// <summary>recvfrom(2).</summary>
    public static int recvfrom => Processor.IsArm64 ? 207 : 45;

    /// <summary>sendmsg(2).</summary>
    public static int sendmsg => Processor.IsArm64 ? 211 : 46;

    /// <summary>recvmsg(2).</summary>
    public static int recvmsg => Processor.IsArm64 ? 212 : 47;

    /// <summary>shutdown(2).</summary>
    public static int shutdown => Processor.IsArm64 ? 210 : 48;

    /// <summary>bind(2).</summary>
    public static int bind => Processor.IsArm64 ? 200 : 49;

    /// <summary>listen(2).</summary>
    public static int listen => Processor.IsArm64 ? 201 : 50;

    /// <summary>getsockname(2).</summary>
    public static int getsockname => Processor.IsArm64 ? 204 : 51;

    /// <summary>getpeername(2).</summary>
    public static int getpeername => Processor.IsArm64 ? 205 : 52;

    /// <summary>socketpair(2).</summary>
    public static int socketpair => Processor.IsArm64 ? 199 : 53;

    /// <summary>setsockopt(2).</summary>
    public static int setsockopt => Processor.IsArm64 ? 208 : 54;

    /// <summary>getsockopt(2).</summary>
    public static int getsockopt => Processor.IsArm64 ? 209 : 55;

    /// <summary>clone(2).</summary>
    public static int clone => Processor.IsArm64 ? 220 : 56;

    /// <summary>execve(2).</summary>
    public static int execve => Processor.IsArm64 ? 221 : 59;

    /// <summary>exit(2).</summary>
    public static int exit => Processor.IsArm64 ? 93 : 60;

    /// <summary>wait4(2).</summary>
    public static int wait4 => Processor.IsArm64 ? 260 : 61;

    /// <summary>kill(2).</summary>
    public static int kill => Processor.IsArm64 ? 129 : 62;

    /// <summary>uname(2).</summary>
    public static int uname => Processor.IsArm64 ? 160 : 63;

    /// <summary>semget(2).</summary>
    public static int semget => Processor.IsArm64 ? 190 : 64;

    /// <summary>semop(2).</summary>
    public static int semop => Processor.IsArm64 ? 193 : 65;

    /// <summary>semctl(2).</summary>
    public static int semctl => Processor.IsArm64 ? 191 : 66;

    /// <summary>shmdt(2).</summary>
    public static int shmdt => Processor.IsArm64 ? 197 : 67;

    /// <summary>msgget(2).</summary>
    public static int msgget => Processor.IsArm64 ? 186 : 68;

    /// <summary>msgsnd(2).</summary>
    public static int msgsnd => Processor.IsArm64 ? 189 : 69;

    /// <summary>msgrcv(2).</summary>
    public static int msgrcv => Processor.IsArm64 ? 188 : 70;

    /// <summary>msgctl(2).</summary>
    public static int msgctl => Processor.IsArm64 ? 187 : 71;

    /// <summary>fcntl(2).</summary>
    public static int fcntl => Processor.IsArm64 ? 25 : 72;

    /// <summary>flock(2).</summary>
    public static int flock => Processor.IsArm64 ? 32 : 73;

    /// <summary>fsync(2).</summary>
    public static int fsync => Processor.IsArm64 ? 82 : 74;

    /// <summary>fdatasync(2).</summary>
    public static int fdatasync => Processor.IsArm64 ? 83 : 75;

    /// <summary>truncate(2).</summary>
    public static int truncate => Processor.IsArm64 ? 45 : 76;

    /// <summary>ftruncate(2).</summary>
    public static int ftruncate => Processor.IsArm64 ? 46 : 77;

    /// <summary>getcwd(2).</summary>
    public static int getcwd => Processor.IsArm64 ? 17 : 79;

    /// <summary>chdir(2).</summary>
    public static int chdir => Processor.IsArm64 ? 49 : 80;

    /// <summary>fchdir(2).</summary>
    public static int fchdir => Processor.IsArm64 ? 50 : 81;

    /// <summary>fchmod(2).</summary>
    public static int fchmod => Processor.IsArm64 ? 52 : 91;

    /// <summary>fchown(2).</summary>
    public static int fchown => Processor.IsArm64 ? 55 : 93;

    /// <summary>umask(2).</summary>
    public static int umask => Processor.IsArm64 ? 166 : 95;

    /// <summary>gettimeofday(2).</summary>
    public static int gettimeofday => Processor.IsArm64 ? 169 : 96;

    /// <summary>getrlimit(2).</summary>
    public static int getrlimit => Processor.IsArm64 ? 163 : 97;

    /// <summary>getrusage(2).</summary>
    public static int getrusage => Processor.IsArm64 ? 165 : 98;

    /// <summary>sysinfo(2).</summary>
    public static int sysinfo => Processor.IsArm64 ? 179 : 99;

    /// <summary>times(2).</summary>
    public static int times => Processor.IsArm64 ? 153 : 100;

    /// <summary>ptrace(2).</summary>
    public static int ptrace => Processor.IsArm64 ? 117 : 101;

    /// <summary>getuid(2).</summary>
    public static int getuid => Processor.IsArm64 ? 174 : 102;

    /// <summary>syslog(2).</summary>
    public static int syslog => Processor.IsArm64 ? 116 : 103;

    /// <summary>getgid(2).</summary>
    public static int getgid => Processor.IsArm64 ? 176 : 104;

    /// <summary>setuid(2).</summary>
    public static int setuid => Processor.IsArm64 ? 146 : 105;

    /// <summary>setgid(2).</summary>
    public static int setgid => Processor.IsArm64 ? 144 : 106;

    /// <summary>geteuid(2).</summary>
    public static int geteuid => Processor.IsArm64 ? 175 : 107;

    /// <summary>getegid(2).</summary>
    public static int getegid => Processor.IsArm64 ? 177 : 108;

    /// <summary>setpgid(2).</summary>
    public static int setpgid => Processor.IsArm64 ? 154 : 109;

    /// <summary>getppid(2).</summary>
    public static int getppid => Processor.IsArm64 ? 173 : 110;

    /// <summary>setsid(2).</summary>
    public static int setsid => Processor.IsArm64 ? 157 : 112;

    /// <summary>setreuid(2).</summary>
    public static int setreuid => Processor.IsArm64 ? 145 : 113;

    /// <summary>setregid(2).</summary>
    public static int setregid => Processor.IsArm64 ? 143 : 114;

    /// <summary>getgroups(2).</summary>
    public static int getgroups => Processor.IsArm64 ? 158 : 115;

    /// <summary>setgroups(2).</summary>
    public static int setgroups => Processor.IsArm64 ? 159 : 116;

    /// <summary>setresuid(2).</summary>
    public static int setresuid => Processor.IsArm64 ? 147 : 117;

    /// <summary>getresuid(2).</summary>
    public static int getresuid => Processor.IsArm64 ? 148 : 118;

    /// <summary>setresgid(2).</summary>
    public static int setresgid => Processor.IsArm64 ? 149 : 119;

    /// <summary>getresgid(2).</summary>
    public static int getresgid => Processor.IsArm64 ? 150 : 120;

    /// <summary>getpgid(2).</summary>
    public static int getpgid => Processor.IsArm64 ? 155 : 121;

    /// <summary>setfsuid(2).</summary>
    public static int setfsuid => Processor.IsArm64 ? 151 : 122;

    /// <summary>setfsgid(2).</summary>
    public static int setfsgid => Processor.IsArm64 ? 152 : 123;

    /// <summary>getsid(2).</summary>
    public static int getsid => Processor.IsArm64 ? 156 : 124;

    /// <summary>capget(2).</summary>
    public static int capget => Processor.IsArm64 ? 90 : 125;

    /// <summary>capset(2).</summary>
    public static int capset => Processor.IsArm64 ? 91 : 126;

    /// <summary>rt_sigpending(2).</summary>
    public static int rt_sigpending => Processor.IsArm64 ? 136 : 127;

    /// <summary>rt_sigtimedwait(2).</summary>
    public static int rt_sigtimedwait => Processor.IsArm64 ? 137 : 128;

    /// <summary>rt_sigqueueinfo(2).</summary>
    public static int rt_sigqueueinfo => Processor.IsArm64 ? 138 : 129;

    /// <summary>rt_sigsuspend(2).</summary>
    public static int rt_sigsuspend => Processor.IsArm64 ? 133 : 130;

    /// <summary>sigaltstack(2).</summary>
    public static int sigaltstack => Processor.IsArm64 ? 132 : 131;

    /// <summary>personality(2).</summary>
    public static int personality => Processor.IsArm64 ? 92 : 135;

    /// <summary>statfs(2).</summary>
    public static int statfs => Processor.IsArm64 ? 43 : 137;

    /// <summary>fstatfs(2).</summary>
    public static int fstatfs => Processor.IsArm64 ? 44 : 138;

    /// <summary>getpriority(2).</summary>
    public static int getpriority => Processor.IsArm64 ? 141 : 140;

    /// <summary>setpriority(2).</summary>
    public static int setpriority => Processor.IsArm64 ? 140 : 141;

    /// <summary>sched_setparam(2).</summary>
    public static int sched_setparam => Processor.IsArm64 ? 118 : 142;

    /// <summary>sched_getparam(2).</summary>
    public static int sched_getparam => Processor.IsArm64 ? 121 : 143;

    /// <summary>sched_setscheduler(2).</summary>
    public static int sched_setscheduler => Processor.IsArm64 ? 119 : 144;

    /// <summary>sched_getscheduler(2).</summary>
    public static int sched_getscheduler => Processor.IsArm64 ? 120 : 145;

    /// <summary>sched_get_priority_max(2).</summary>
    public static int sched_get_priority_max => Processor.IsArm64 ? 125 : 146;

    /// <summary>sched_get_priority_min(2).</summary>
    public static int sched_get_priority_min => Processor.IsArm64 ? 126 : 147;

    /// <summary>sched_rr_get_interval(2).</summary>
    public static int sched_rr_get_interval => Processor.IsArm64 ? 127 : 148;

    /// <summary>mlock(2).</summary>
    public static int mlock => Processor.IsArm64 ? 228 : 149;

    /// <summary>munlock(2).</summary>
    public static int munlock => Processor.IsArm64 ? 229 : 150;

    /// <summary>mlockall(2).</summary>
    public static int mlockall => Processor.IsArm64 ? 230 : 151;

    /// <summary>munlockall(2).</summary>
    public static int munlockall => Processor.IsArm64 ? 231 : 152;

    /// <summary>vhangup(2).</summary>
    public static int vhangup => Processor.IsArm64 ? 58 : 153;

    /// <summary>pivot_root(2).</summary>
    public static int pivot_root => Processor.IsArm64 ? 41 : 155;

    /// <summary>prctl(2).</summary>
    public static int prctl => Processor.IsArm64 ? 167 : 157;

    /// <summary>adjtimex(2).</summary>
    public static int adjtimex => Processor.IsArm64 ? 171 : 159;

    /// <summary>setrlimit(2).</summary>
    public static int setrlimit => Processor.IsArm64 ? 164 : 160;

    /// <summary>chroot(2).</summary>
    public static int chroot => Processor.IsArm64 ? 51 : 161;

    /// <summary>sync(2).</summary>
    public static int sync => Processor.IsArm64 ? 81 : 162;

    /// <summary>acct(2).</summary>
    public static int acct => Processor.IsArm64 ? 89 : 163;

    /// <summary>settimeofday(2).</summary>
    public static int settimeofday => Processor.IsArm64 ? 170 : 164;

    /// <summary>mount(2).</summary>
    public static int mount => Processor.IsArm64 ? 40 : 165;

    /// <summary>umount2(2).</summary>
    public static int umount2 => Processor.IsArm64 ? 39 : 166;

    /// <summary>swapon(2).</summary>
    public static int swapon => Processor.IsArm64 ? 224 : 167;

    /// <summary>swapoff(2).</summary>
    public static int swapoff => Processor.IsArm64 ? 225 : 168;

    /// <summary>reboot(2).</summary>
    public static int reboot => Processor.IsArm64 ? 142 : 169;

    /// <summary>sethostname(2).</summary>
    public static int sethostname => Processor.IsArm64 ? 161 : 170;

    /// <summary>setdomainname(2).</summary>
    public static int setdomainname => Processor.IsArm64 ? 162 : 171;

    /// <summary>init_module(2).</summary>
    public static int init_module => Processor.IsArm64 ? 105 : 175;

    /// <summary>delete_module(2).</summary>
    public static int delete_module => Processor.IsArm64 ? 106 : 176;

    /// <summary>quotactl(2).</summary>
    public static int quotactl => Processor.IsArm64 ? 60 : 179;

    /// <summary>nfsservctl(2).</summary>
    public static int nfsservctl => Processor.IsArm64 ? 42 : 180;

    /// <summary>gettid(2).</summary>
    public static int gettid => Processor.IsArm64 ? 178 : 186;

    /// <summary>readahead(2).</summary>
    public static int readahead => Processor.IsArm64 ? 213 : 187;

    /// <summary>setxattr(2).</summary>
    public static int setxattr => Processor.IsArm64 ? 5 : 188;

    /// <summary>lsetxattr(2).</summary>
    public static int lsetxattr => Processor.IsArm64 ? 6 : 189;

    /// <summary>fsetxattr(2).</summary>
    public static int fsetxattr => Processor.IsArm64 ? 7 : 190;

    /// <summary>getxattr(2).</summary>
    public static int getxattr => Processor.IsArm64 ? 8 : 191;

    /// <summary>lgetxattr(2).</summary>
    public static int lgetxattr => Processor.IsArm64 ? 9 : 192;

    /// <summary>fgetxattr(2).</summary>
    public static int fgetxattr => Processor.IsArm64 ? 10 : 193;

    /// <summary>listxattr(2).</summary>
    public static int listxattr => Processor.IsArm64 ? 11 : 194;

    /// <summary>llistxattr(2).</summary>
    public static int llistxattr => Processor.IsArm64 ? 12 : 195;

    /// <summary>flistxattr(2).</summary>
    public static int flistxattr => Processor.IsArm64 ? 13 : 196;

    /// <summary>removexattr(2).</summary>
    public static int removexattr => Processor.IsArm64 ? 14 : 197;

    /// <summary>lremovexattr(2).</summary>
    public static int lremovexattr => Processor.IsArm64 ? 15 : 198;

    /// <summary>fremovexattr(2).</summary>
    public static int fremovexattr => Processor.IsArm64 ? 16 : 199;

    /// <summary>tkill(2).</summary>
    public static int tkill => Processor.IsArm64 ? 130 : 200;

    /// <summary>futex(2).</summary>
    public static int futex => Processor.IsArm64 ? 98 : 202;

    /// <summary>sched_setaffinity(2).</summary>
    public static int sched_setaffinity => Processor.IsArm64 ? 122 : 203;

    /// <summary>sched_getaffinity(2).</summary>
    public static int sched_getaffinity => Processor.IsArm64 ? 123 : 204;

    /// <summary>io_setup(2).</summary>
    public static int io_setup => Processor.IsArm64 ? 0 : 206;

    /// <summary>io_destroy(2).</summary>
    public static int io_destroy => Processor.IsArm64 ? 1 : 207;

    /// <summary>io_getevents(2).</summary>
    public static int io_getevents => Processor.IsArm64 ? 4 : 208;

    /// <summary>io_submit(2).</summary>
    public static int io_submit => Processor.IsArm64 ? 2 : 209;

    /// <summary>io_cancel(2).</summary>
    public static int io_cancel => Processor.IsArm64 ? 3 : 210;

    /// <summary>lookup_dcookie(2).</summary>
    public static int lookup_dcookie => Processor.IsArm64 ? 18 : 212;

    /// <summary>remap_file_pages(2).</summary>
    public static int remap_file_pages => Processor.IsArm64 ? 234 : 216;

    /// <summary>getdents64(2).</summary>
    public static int getdents64 => Processor.IsArm64 ? 61 : 217;

    /// <summary>set_tid_address(2).</summary>
    public static int set_tid_address => Processor.IsArm64 ? 96 : 218;

    /// <summary>restart_syscall(2).</summary>
    public static int restart_syscall => Processor.IsArm64 ? 128 : 219;

    /// <summary>semtimedop(2).</summary>
    public static int semtimedop => Processor.IsArm64 ? 192 : 220;

    /// <summary>fadvise64(2).</summary>
    public static int fadvise64 => Processor.IsArm64 ? 223 : 221;

    /// <summary>timer_create(2).</summary>
    public static int timer_create => Processor.IsArm64 ? 107 : 222;

    /// <summary>timer_settime(2).</summary>
    public static int timer_settime => Processor.IsArm64 ? 110 : 223;

    /// <summary>timer_gettime(2).</summary>
    public static int timer_gettime => Processor.IsArm64 ? 108 : 224;

    /// <summary>timer_getoverrun(2).</summary>
    public static int timer_getoverrun => Processor.IsArm64 ? 109 : 225;

    /// <summary>timer_delete(2).</summary>
    public static int timer_delete => Processor.IsArm64 ? 111 : 226;

    /// <summary>clock_settime(2).</summary>
    public static int clock_settime => Processor.IsArm64 ? 112 : 227;

    /// <summary>clock_gettime(2).</summary>
    public static int clock_gettime => Processor.IsArm64 ? 113 : 228;

    /// <summary>clock_getres(2).</summary>
    public static int clock_getres => Processor.IsArm64 ? 114 : 229;

    /// <summary>clock_nanosleep(2).</summary>
    public static int clock_nanosleep => Processor.IsArm64 ? 115 : 230;

    /// <summary>exit_group(2).</summary>
    public static int exit_group => Processor.IsArm64 ? 94 : 231;

    /// <summary>epoll_ctl(2).</summary>
    public static int epoll_ctl => Processor.IsArm64 ? 21 : 233;

    /// <summary>tgkill(2).</summary>
    public static int tgkill => Processor.IsArm64 ? 131 : 234;

    /// <summary>mbind(2).</summary>
    public static int mbind => Processor.IsArm64 ? 235 : 237;

    /// <summary>set_mempolicy(2).</summary>
    public static int set_mempolicy => Processor.IsArm64 ? 237 : 238;

    /// <summary>get_mempolicy(2).</summary>
    public static int get_mempolicy => Processor.IsArm64 ? 236 : 239;

    /// <summary>mq_open(2).</summary>
    public static int mq_open => Processor.IsArm64 ? 180 : 240;

    /// <summary>mq_unlink(2).</summary>
    public static int mq_unlink => Processor.IsArm64 ? 181 : 241;

    /// <summary>mq_timedsend(2).</summary>
    public static int mq_timedsend => Processor.IsArm64 ? 182 : 242;

    /// <summary>mq_timedreceive(2).</summary>
    public static int mq_timedreceive => Processor.IsArm64 ? 183 : 243;

    /// <summary>mq_notify(2).</summary>
    public static int mq_notify => Processor.IsArm64 ? 184 : 244;

    /// <summary>mq_getsetattr(2).</summary>
    public static int mq_getsetattr => Processor.IsArm64 ? 185 : 245;

    /// <summary>kexec_load(2).</summary>
    public static int kexec_load => Processor.IsArm64 ? 104 : 246;

    /// <summary>waitid(2).</summary>
    public static int waitid => Processor.IsArm64 ? 95 : 247;

    /// <summary>add_key(2).</summary>
    public static int add_key => Processor.IsArm64 ? 217 : 248;

    /// <summary>request_key(2).</summary>
    public static int request_key => Processor.IsArm64 ? 218 : 249;

    /// <summary>keyctl(2).</summary>
    public static int keyctl => Processor.IsArm64 ? 219 : 250;

    /// <summary>ioprio_set(2).</summary>
    public static int ioprio_set => Processor.IsArm64 ? 30 : 251;

    /// <summary>ioprio_get(2).</summary>
    public static int ioprio_get => Processor.IsArm64 ? 31 : 252;

    /// <summary>inotify_add_watch(2).</summary>
    public static int inotify_add_watch => Processor.IsArm64 ? 27 : 254;

    /// <summary>inotify_rm_watch(2).</summary>
    public static int inotify_rm_watch => Processor.IsArm64 ? 28 : 255;

    /// <summary>migrate_pages(2).</summary>
    public static int migrate_pages => Processor.IsArm64 ? 238 : 256;

    /// <summary>openat(2).</summary>
    public static int openat => Processor.IsArm64 ? 56 : 257;

    /// <summary>mkdirat(2).</summary>
    public static int mkdirat => Processor.IsArm64 ? 34 : 258;

    /// <summary>mknodat(2).</summary>
    public static int mknodat => Processor.IsArm64 ? 33 : 259;

    /// <summary>fchownat(2).</summary>
    public static int fchownat => Processor.IsArm64 ? 54 : 260;

    /// <summary>newfstatat(2).</summary>
    public static int newfstatat => Processor.IsArm64 ? 79 : 262;

    /// <summary>unlinkat(2).</summary>
    public static int unlinkat => Processor.IsArm64 ? 35 : 263;

    /// <summary>renameat(2).</summary>
    public static int renameat => Processor.IsArm64 ? 38 : 264;

    /// <summary>linkat(2).</summary>
    public static int linkat => Processor.IsArm64 ? 37 : 265;

    /// <summary>symlinkat(2).</summary>
    public static int symlinkat => Processor.IsArm64 ? 36 : 266;

    /// <summary>readlinkat(2).</summary>
    public static int readlinkat => Processor.IsArm64 ? 78 : 267;

    /// <summary>fchmodat(2).</summary>
    public static int fchmodat => Processor.IsArm64 ? 53 : 268;

    /// <summary>faccessat(2).</summary>
    public static int faccessat => Processor.IsArm64 ? 48 : 269;

    /// <summary>pselect6(2).</summary>
    public static int pselect6 => Processor.IsArm64 ? 72 : 270;

    /// <summary>ppoll(2).</summary>
    public static int ppoll => Processor.IsArm64 ? 73 : 271;

    /// <summary>unshare(2).</summary>
    public static int unshare => Processor.IsArm64 ? 97 : 272;

    /// <summary>set_robust_list(2).</summary>
    public static int set_robust_list => Processor.IsArm64 ? 99 : 273;

    /// <summary>get_robust_list(2).</summary>
    public static int get_robust_list => Processor.IsArm64 ? 100 : 274;

    /// <summary>splice(2).</summary>
    public static int splice => Processor.IsArm64 ? 76 : 275;

    /// <summary>tee(2).</summary>
    public static int tee => Processor.IsArm64 ? 77 : 276;

    /// <summary>sync_file_range(2).</summary>
    public static int sync_file_range => Processor.IsArm64 ? 84 : 277;

    /// <summary>vmsplice(2).</summary>
    public static int vmsplice => Processor.IsArm64 ? 75 : 278;

    /// <summary>move_pages(2).</summary>
    public static int move_pages => Processor.IsArm64 ? 239 : 279;

    /// <summary>utimensat(2).</summary>
    public static int utimensat => Processor.IsArm64 ? 88 : 280;

    /// <summary>epoll_pwait(2).</summary>
    public static int epoll_pwait => Processor.IsArm64 ? 22 : 281;

    /// <summary>timerfd_create(2).</summary>
    public static int timerfd_create => Processor.IsArm64 ? 85 : 283;

    /// <summary>fallocate(2).</summary>
    public static int fallocate => Processor.IsArm64 ? 47 : 285;

    /// <summary>timerfd_settime(2).</summary>
    public static int timerfd_settime => Processor.IsArm64 ? 86 : 286;

    /// <summary>timerfd_gettime(2).</summary>
    public static int timerfd_gettime => Processor.IsArm64 ? 87 : 287;

    /// <summary>accept4(2).</summary>
    public static int accept4 => Processor.IsArm64 ? 242 : 288;

    /// <summary>signalfd4(2).</summary>
    public static int signalfd4 => Processor.IsArm64 ? 74 : 289;

    /// <summary>eventfd2(2).</summary>
    public static int eventfd2 => Processor.IsArm64 ? 19 : 290;

    /// <summary>epoll_create1(2).</summary>
    public static int epoll_create1 => Processor.IsArm64 ? 20 : 291;

    /// <summary>dup3(2).</summary>
    public static int dup3 => Processor.IsArm64 ? 24 : 292;

    /// <summary>pipe2(2).</summary>
    public static int pipe2 => Processor.IsArm64 ? 59 : 293;

    /// <summary>inotify_init1(2).</summary>
    public static int inotify_init1 => Processor.IsArm64 ? 26 : 294;

    /// <summary>preadv(2).</summary>
    public static int preadv => Processor.IsArm64 ? 69 : 295;

    /// <summary>pwritev(2).</summary>
    public static int pwritev => Processor.IsArm64 ? 70 : 296;

    /// <summary>rt_tgsigqueueinfo(2).</summary>
    public static int rt_tgsigqueueinfo => Processor.IsArm64 ? 240 : 297;

    /// <summary>perf_event_open(2).</summary>
    public static int perf_event_open => Processor.IsArm64 ? 241 : 298;

    /// <summary>recvmmsg(2).</summary>
    public static int recvmmsg => Processor.IsArm64 ? 243 : 299;

    /// <summary>fanotify_init(2).</summary>
    public static int fanotify_init => Processor.IsArm64 ? 262 : 300;

    /// <summary>fanotify_mark(2).</summary>
    public static int fanotify_mark => Processor.IsArm64 ? 263 : 301;

    /// <summary>prlimit64(2).</summary>
    public static int prlimit64 => Processor.IsArm64 ? 261 : 302;

    /// <summary>name_to_handle_at(2).</summary>
    public static int name_to_handle_at => Processor.IsArm64 ? 264 : 303;

    /// <summary>open_by_handle_at(2).</summary>
    public static int open_by_handle_at => Processor.IsArm64 ? 265 : 304;

    /// <summary>clock_adjtime(2).</summary>
    public static int clock_adjtime => Processor.IsArm64 ? 266 : 305;

    /// <summary>syncfs(2).</summary>
    public static int syncfs => Processor.IsArm64 ? 267 : 306;

    /// <summary>sendmmsg(2).</summary>
    public static int sendmmsg => Processor.IsArm64 ? 269 : 307;

    /// <summary>setns(2).</summary>
    public static int setns => Processor.IsArm64 ? 268 : 308;

    /// <summary>getcpu(2).</summary>
    public static int getcpu => Processor.IsArm64 ? 168 : 309;

    /// <summary>process_vm_readv(2).</summary>
    public static int process_vm_readv => Processor.IsArm64 ? 270 : 310;

    /// <summary>process_vm_writev(2).</summary>
    public static int process_vm_writev => Processor.IsArm64 ? 271 : 311;

    /// <summary>kcmp(2).</summary>
    public static int kcmp => Processor.IsArm64 ? 272 : 312;

    /// <summary>finit_module(2).</summary>
    public static int finit_module => Processor.IsArm64 ? 273 : 313;

    /// <summary>sched_setattr(2).</summary>
    public static int sched_setattr => Processor.IsArm64 ? 274 : 314;

    /// <summary>sched_getattr(2).</summary>
    public static int sched_getattr => Processor.IsArm64 ? 275 : 315;

    /// <summary>renameat2(2).</summary>
    public static int renameat2 => Processor.IsArm64 ? 276 : 316;

    /// <summary>seccomp(2).</summary>
    public static int seccomp => Processor.IsArm64 ? 277 : 317;

    /// <summary>getrandom(2).</summary>
    public static int getrandom => Processor.IsArm64 ? 278 : 318;

    /// <summary>memfd_create(2).</summary>
    public static int memfd_create => Processor.IsArm64 ? 279 : 319;

    /// <summary>kexec_file_load(2).</summary>
    public static int kexec_file_load => Processor.IsArm64 ? 294 : 320;

    /// <summary>bpf(2).</summary>
    public static int bpf => Processor.IsArm64 ? 280 : 321;

    /// <summary>execveat(2).</summary>
    public static int execveat => Processor.IsArm64 ? 281 : 322;

    /// <summary>userfaultfd(2).</summary>
    public static int userfaultfd => Processor.IsArm64 ? 282 : 323;

    /// <summary>membarrier(2).</summary>
    public static int membarrier => Processor.IsArm64 ? 283 : 324;

    /// <summary>mlock2(2).</summary>
    public static int mlock2 => Processor.IsArm64 ? 284 : 325;

    /// <summary>copy_file_range(2).</summary>
    public static int copy_file_range => Processor.IsArm64 ? 285 : 326;

    /// <summary>preadv2(2).</summary>
    public static int preadv2 => Processor.IsArm64 ? 286 : 327;

    /// <summary>pwritev2(2).</summary>
    public static int pwritev2 => Processor.IsArm64 ? 287 : 328;

    /// <summary>pkey_mprotect(2).</summary>
    public static int pkey_mprotect => Processor.IsArm64 ? 288 : 329;

    /// <summary>pkey_alloc(2).</summary>
    public static int pkey_alloc => Processor.IsArm64 ? 289 : 330;

    /// <summary>pkey_free(2).</summary>
    public static int pkey_free => Processor.IsArm64 ? 290 : 331;

    /// <summary>statx(2).</summary>
    public static int statx => Processor.IsArm64 ? 291 : 332;

    /// <summary>io_pgetevents(2).</summary>
    public static int io_pgetevents => Processor.IsArm64 ? 292 : 333;

    /// <summary>rseq(2).</summary>
    public static int rseq => Processor.IsArm64 ? 293 : 334;

    /// <summary>pidfd_send_signal(2).</summary>
    public const int pidfd_send_signal = 424;

    /// <summary>io_uring_setup(2).</summary>
    public const int io_uring_setup = 425;

    /// <summary>io_uring_enter(2).</summary>
    public const int io_uring_enter = 426;

    /// <summary>io_uring_register(2).</summary>
    public const int io_uring_register = 427;

    /// <summary>open_tree(2).</summary>
    public const int open_tree = 428;

    /// <summary>move_mount(2).</summary>
    public const int move_mount = 429;

    /// <summary>fsopen(2).</summary>
    public const int fsopen = 430;

    /// <summary>fsconfig(2).</summary>
    public const int fsconfig = 431;

    /// <summary>fsmount(2).</summary>
    public const int fsmount = 432;

    /// <summary>fspick(2).</summary>
    public const int fspick = 433;

    /// <summary>pidfd_open(2).</summary>
    public const int pidfd_open = 434;

    /// <summary>clone3(2).</summary>
    public const int clone3 = 435;

    /// <summary>close_range(2).</summary>
    public const int close_range = 436;

    /// <summary>openat2(2).</summary>
    public const int openat2 = 437;

    /// <summary>pidfd_getfd(2).</summary>
    public const int pidfd_getfd = 438;

    /// <summary>faccessat2(2).</summary>
    public const int faccessat2 = 439;

    /// <summary>process_madvise(2).</summary>
    public const int process_madvise = 440;

    /// <summary>epoll_pwait2(2).</summary>
    public const int epoll_pwait2 = 441;

    /// <summary>mount_setattr(2).</summary>
    public const int mount_setattr = 442;

    /// <summary>quotactl_fd(2).</summary>
    public const int quotactl_fd = 443;

    /// <summary>landlock_create_ruleset(2).</summary>
    public const int landlock_create_ruleset = 444;

    /// <summary>landlock_add_rule(2).</summary>
    public const int landlock_add_rule = 445;

    /// <summary>landlock_restrict_self(2).</summary>
    public const int landlock_restrict_self = 446;

    /// <summary>memfd_secret(2).</summary>
    public const int memfd_secret = 447;

    /// <summary>process_mrelease(2).</summary>
    public const int process_mrelease = 448;

    /// <summary>futex_waitv(2).</summary>
    public const int futex_waitv = 449;

    /// <summary>set_mempolicy_home_node(2).</summary>
    public const int set_mempolicy_home_node = 450;

    /// <summary>cachestat(2).</summary>
    public const int cachestat = 451;

    /// <summary>fchmodat2(2).</summary>
    public const int fchmodat2 = 452;

    /// <summary>map_shadow_stack(2).</summary>
    public const int map_shadow_stack = 453;

    /// <summary>futex_wake(2).</summary>
    public const int futex_wake = 454;

    /// <summary>futex_wait(2).</summary>
    public const int futex_wait = 455;

    /// <summary>futex_requeue(2).</summary>
    public const int futex_requeue = 456;

    /// <summary>statmount(2).</summary>
    public const int statmount = 457;

    /// <summary>listmount(2).</summary>
    public const int listmount = 458;

    /// <summary>lsm_get_self_attr(2).</summary>
    public const int lsm_get_self_attr = 459;

    /// <summary>lsm_set_self_attr(2).</summary>
    public const int lsm_set_self_attr = 460;

    /// <summary>lsm_list_modules(2).</summary>
    public const int lsm_list_modules = 461;

    /// <summary>mseal(2).</summary>
    public const int mseal = 462;

    /// <summary>setxattrat(2).</summary>
    public const int setxattrat = 463;

    /// <summary>getxattrat(2).</summary>
    public const int getxattrat = 464;

    /// <summary>listxattrat(2).</summary>
    public const int listxattrat = 465;

    /// <summary>removexattrat(2).</summary>
    public const int removexattrat = 466;

    /// <summary>open_tree_attr(2).</summary>
    public const int open_tree_attr = 467;

    /// <summary>file_getattr(2).</summary>
    public const int file_getattr = 468;

    /// <summary>file_setattr(2).</summary>
    public const int file_setattr = 469;
}
