namespace PSContainer.Kernel;

/// <summary>System call numbers of x86-64 (arch/x86/entry/syscalls/syscall_64.tbl), by the kernel's own names.</summary>
public static class SyscallNumber
{
    /// <summary>read(2).</summary>
    public const int read = 0;

    /// <summary>write(2).</summary>
    public const int write = 1;

    /// <summary>open(2).</summary>
    public const int open = 2;

    /// <summary>close(2).</summary>
    public const int close = 3;

    /// <summary>stat(2).</summary>
    public const int stat = 4;

    /// <summary>fstat(2).</summary>
    public const int fstat = 5;

    /// <summary>lstat(2).</summary>
    public const int lstat = 6;

    /// <summary>poll(2).</summary>
    public const int poll = 7;

    /// <summary>lseek(2).</summary>
    public const int lseek = 8;

    /// <summary>mmap(2).</summary>
    public const int mmap = 9;

    /// <summary>mprotect(2).</summary>
    public const int mprotect = 10;

    /// <summary>munmap(2).</summary>
    public const int munmap = 11;

    /// <summary>brk(2).</summary>
    public const int brk = 12;

    /// <summary>rt_sigaction(2).</summary>
    public const int rt_sigaction = 13;

    /// <summary>rt_sigprocmask(2).</summary>
    public const int rt_sigprocmask = 14;

    /// <summary>rt_sigreturn(2).</summary>
    public const int rt_sigreturn = 15;

    /// <summary>ioctl(2).</summary>
    public const int ioctl = 16;

    /// <summary>pread64(2).</summary>
    public const int pread64 = 17;

    /// <summary>pwrite64(2).</summary>
    public const int pwrite64 = 18;

    /// <summary>readv(2).</summary>
    public const int readv = 19;

    /// <summary>writev(2).</summary>
    public const int writev = 20;

    /// <summary>access(2).</summary>
    public const int access = 21;

    /// <summary>pipe(2).</summary>
    public const int pipe = 22;

    /// <summary>select(2).</summary>
    public const int select = 23;

    /// <summary>sched_yield(2).</summary>
    public const int sched_yield = 24;

    /// <summary>mremap(2).</summary>
    public const int mremap = 25;

    /// <summary>msync(2).</summary>
    public const int msync = 26;

    /// <summary>mincore(2).</summary>
    public const int mincore = 27;

    /// <summary>madvise(2).</summary>
    public const int madvise = 28;

    /// <summary>shmget(2).</summary>
    public const int shmget = 29;

    /// <summary>shmat(2).</summary>
    public const int shmat = 30;

    /// <summary>shmctl(2).</summary>
    public const int shmctl = 31;

    /// <summary>dup(2).</summary>
    public const int dup = 32;

    /// <summary>dup2(2).</summary>
    public const int dup2 = 33;

    /// <summary>pause(2).</summary>
    public const int pause = 34;

    /// <summary>nanosleep(2).</summary>
    public const int nanosleep = 35;

    /// <summary>getitimer(2).</summary>
    public const int getitimer = 36;

    /// <summary>alarm(2).</summary>
    public const int alarm = 37;

    /// <summary>setitimer(2).</summary>
    public const int setitimer = 38;

    /// <summary>getpid(2).</summary>
    public const int getpid = 39;

    /// <summary>sendfile(2).</summary>
    public const int sendfile = 40;

    /// <summary>socket(2).</summary>
    public const int socket = 41;

    /// <summary>connect(2).</summary>
    public const int connect = 42;

    /// <summary>accept(2).</summary>
    public const int accept = 43;

    /// <summary>sendto(2).</summary>
    public const int sendto = 44;

    /// <summary>recvfrom(2).</summary>
    public const int recvfrom = 45;

    /// <summary>sendmsg(2).</summary>
    public const int sendmsg = 46;

    /// <summary>recvmsg(2).</summary>
    public const int recvmsg = 47;

    /// <summary>shutdown(2).</summary>
    public const int shutdown = 48;

    /// <summary>bind(2).</summary>
    public const int bind = 49;

    /// <summary>listen(2).</summary>
    public const int listen = 50;

    /// <summary>getsockname(2).</summary>
    public const int getsockname = 51;

    /// <summary>getpeername(2).</summary>
    public const int getpeername = 52;

    /// <summary>socketpair(2).</summary>
    public const int socketpair = 53;

    /// <summary>setsockopt(2).</summary>
    public const int setsockopt = 54;

    /// <summary>getsockopt(2).</summary>
    public const int getsockopt = 55;

    /// <summary>clone(2).</summary>
    public const int clone = 56;

    /// <summary>fork(2).</summary>
    public const int fork = 57;

    /// <summary>vfork(2).</summary>
    public const int vfork = 58;

    /// <summary>execve(2).</summary>
    public const int execve = 59;

    /// <summary>exit(2).</summary>
    public const int exit = 60;

    /// <summary>wait4(2).</summary>
    public const int wait4 = 61;

    /// <summary>kill(2).</summary>
    public const int kill = 62;

    /// <summary>uname(2).</summary>
    public const int uname = 63;

    /// <summary>semget(2).</summary>
    public const int semget = 64;

    /// <summary>semop(2).</summary>
    public const int semop = 65;

    /// <summary>semctl(2).</summary>
    public const int semctl = 66;

    /// <summary>shmdt(2).</summary>
    public const int shmdt = 67;

    /// <summary>msgget(2).</summary>
    public const int msgget = 68;

    /// <summary>msgsnd(2).</summary>
    public const int msgsnd = 69;

    /// <summary>msgrcv(2).</summary>
    public const int msgrcv = 70;

    /// <summary>msgctl(2).</summary>
    public const int msgctl = 71;

    /// <summary>fcntl(2).</summary>
    public const int fcntl = 72;

    /// <summary>flock(2).</summary>
    public const int flock = 73;

    /// <summary>fsync(2).</summary>
    public const int fsync = 74;

    /// <summary>fdatasync(2).</summary>
    public const int fdatasync = 75;

    /// <summary>truncate(2).</summary>
    public const int truncate = 76;

    /// <summary>ftruncate(2).</summary>
    public const int ftruncate = 77;

    /// <summary>getdents(2).</summary>
    public const int getdents = 78;

    /// <summary>getcwd(2).</summary>
    public const int getcwd = 79;

    /// <summary>chdir(2).</summary>
    public const int chdir = 80;

    /// <summary>fchdir(2).</summary>
    public const int fchdir = 81;

    /// <summary>rename(2).</summary>
    public const int rename = 82;

    /// <summary>mkdir(2).</summary>
    public const int mkdir = 83;

    /// <summary>rmdir(2).</summary>
    public const int rmdir = 84;

    /// <summary>creat(2).</summary>
    public const int creat = 85;

    /// <summary>link(2).</summary>
    public const int link = 86;

    /// <summary>unlink(2).</summary>
    public const int unlink = 87;

    /// <summary>symlink(2).</summary>
    public const int symlink = 88;

    /// <summary>readlink(2).</summary>
    public const int readlink = 89;

    /// <summary>chmod(2).</summary>
    public const int chmod = 90;

    /// <summary>fchmod(2).</summary>
    public const int fchmod = 91;

    /// <summary>chown(2).</summary>
    public const int chown = 92;

    /// <summary>fchown(2).</summary>
    public const int fchown = 93;

    /// <summary>lchown(2).</summary>
    public const int lchown = 94;

    /// <summary>umask(2).</summary>
    public const int umask = 95;

    /// <summary>gettimeofday(2).</summary>
    public const int gettimeofday = 96;

    /// <summary>getrlimit(2).</summary>
    public const int getrlimit = 97;

    /// <summary>getrusage(2).</summary>
    public const int getrusage = 98;

    /// <summary>sysinfo(2).</summary>
    public const int sysinfo = 99;

    /// <summary>times(2).</summary>
    public const int times = 100;

    /// <summary>ptrace(2).</summary>
    public const int ptrace = 101;

    /// <summary>getuid(2).</summary>
    public const int getuid = 102;

    /// <summary>syslog(2).</summary>
    public const int syslog = 103;

    /// <summary>getgid(2).</summary>
    public const int getgid = 104;

    /// <summary>setuid(2).</summary>
    public const int setuid = 105;

    /// <summary>setgid(2).</summary>
    public const int setgid = 106;

    /// <summary>geteuid(2).</summary>
    public const int geteuid = 107;

    /// <summary>getegid(2).</summary>
    public const int getegid = 108;

    /// <summary>setpgid(2).</summary>
    public const int setpgid = 109;

    /// <summary>getppid(2).</summary>
    public const int getppid = 110;

    /// <summary>getpgrp(2).</summary>
    public const int getpgrp = 111;

    /// <summary>setsid(2).</summary>
    public const int setsid = 112;

    /// <summary>setreuid(2).</summary>
    public const int setreuid = 113;

    /// <summary>setregid(2).</summary>
    public const int setregid = 114;

    /// <summary>getgroups(2).</summary>
    public const int getgroups = 115;

    /// <summary>setgroups(2).</summary>
    public const int setgroups = 116;

    /// <summary>setresuid(2).</summary>
    public const int setresuid = 117;

    /// <summary>getresuid(2).</summary>
    public const int getresuid = 118;

    /// <summary>setresgid(2).</summary>
    public const int setresgid = 119;

    /// <summary>getresgid(2).</summary>
    public const int getresgid = 120;

    /// <summary>getpgid(2).</summary>
    public const int getpgid = 121;

    /// <summary>setfsuid(2).</summary>
    public const int setfsuid = 122;

    /// <summary>setfsgid(2).</summary>
    public const int setfsgid = 123;

    /// <summary>getsid(2).</summary>
    public const int getsid = 124;

    /// <summary>capget(2).</summary>
    public const int capget = 125;

    /// <summary>capset(2).</summary>
    public const int capset = 126;

    /// <summary>rt_sigpending(2).</summary>
    public const int rt_sigpending = 127;

    /// <summary>rt_sigtimedwait(2).</summary>
    public const int rt_sigtimedwait = 128;

    /// <summary>rt_sigqueueinfo(2).</summary>
    public const int rt_sigqueueinfo = 129;

    /// <summary>rt_sigsuspend(2).</summary>
    public const int rt_sigsuspend = 130;

    /// <summary>sigaltstack(2).</summary>
    public const int sigaltstack = 131;

    /// <summary>utime(2).</summary>
    public const int utime = 132;

    /// <summary>mknod(2).</summary>
    public const int mknod = 133;

    /// <summary>uselib(2).</summary>
    public const int uselib = 134;

    /// <summary>personality(2).</summary>
    public const int personality = 135;

    /// <summary>ustat(2).</summary>
    public const int ustat = 136;

    /// <summary>statfs(2).</summary>
    public const int statfs = 137;

    /// <summary>fstatfs(2).</summary>
    public const int fstatfs = 138;

    /// <summary>sysfs(2).</summary>
    public const int sysfs = 139;

    /// <summary>getpriority(2).</summary>
    public const int getpriority = 140;

    /// <summary>setpriority(2).</summary>
    public const int setpriority = 141;

    /// <summary>sched_setparam(2).</summary>
    public const int sched_setparam = 142;

    /// <summary>sched_getparam(2).</summary>
    public const int sched_getparam = 143;

    /// <summary>sched_setscheduler(2).</summary>
    public const int sched_setscheduler = 144;

    /// <summary>sched_getscheduler(2).</summary>
    public const int sched_getscheduler = 145;

    /// <summary>sched_get_priority_max(2).</summary>
    public const int sched_get_priority_max = 146;

    /// <summary>sched_get_priority_min(2).</summary>
    public const int sched_get_priority_min = 147;

    /// <summary>sched_rr_get_interval(2).</summary>
    public const int sched_rr_get_interval = 148;

    /// <summary>mlock(2).</summary>
    public const int mlock = 149;

    /// <summary>munlock(2).</summary>
    public const int munlock = 150;

    /// <summary>mlockall(2).</summary>
    public const int mlockall = 151;

    /// <summary>munlockall(2).</summary>
    public const int munlockall = 152;

    /// <summary>vhangup(2).</summary>
    public const int vhangup = 153;

    /// <summary>modify_ldt(2).</summary>
    public const int modify_ldt = 154;

    /// <summary>pivot_root(2).</summary>
    public const int pivot_root = 155;

    /// <summary>_sysctl(2).</summary>
    public const int _sysctl = 156;

    /// <summary>prctl(2).</summary>
    public const int prctl = 157;

    /// <summary>arch_prctl(2).</summary>
    public const int arch_prctl = 158;

    /// <summary>adjtimex(2).</summary>
    public const int adjtimex = 159;

    /// <summary>setrlimit(2).</summary>
    public const int setrlimit = 160;

    /// <summary>chroot(2).</summary>
    public const int chroot = 161;

    /// <summary>sync(2).</summary>
    public const int sync = 162;

    /// <summary>acct(2).</summary>
    public const int acct = 163;

    /// <summary>settimeofday(2).</summary>
    public const int settimeofday = 164;

    /// <summary>mount(2).</summary>
    public const int mount = 165;

    /// <summary>umount2(2).</summary>
    public const int umount2 = 166;

    /// <summary>swapon(2).</summary>
    public const int swapon = 167;

    /// <summary>swapoff(2).</summary>
    public const int swapoff = 168;

    /// <summary>reboot(2).</summary>
    public const int reboot = 169;

    /// <summary>sethostname(2).</summary>
    public const int sethostname = 170;

    /// <summary>setdomainname(2).</summary>
    public const int setdomainname = 171;

    /// <summary>iopl(2).</summary>
    public const int iopl = 172;

    /// <summary>ioperm(2).</summary>
    public const int ioperm = 173;

    /// <summary>create_module(2).</summary>
    public const int create_module = 174;

    /// <summary>init_module(2).</summary>
    public const int init_module = 175;

    /// <summary>delete_module(2).</summary>
    public const int delete_module = 176;

    /// <summary>get_kernel_syms(2).</summary>
    public const int get_kernel_syms = 177;

    /// <summary>query_module(2).</summary>
    public const int query_module = 178;

    /// <summary>quotactl(2).</summary>
    public const int quotactl = 179;

    /// <summary>nfsservctl(2).</summary>
    public const int nfsservctl = 180;

    /// <summary>getpmsg(2).</summary>
    public const int getpmsg = 181;

    /// <summary>putpmsg(2).</summary>
    public const int putpmsg = 182;

    /// <summary>afs_syscall(2).</summary>
    public const int afs_syscall = 183;

    /// <summary>tuxcall(2).</summary>
    public const int tuxcall = 184;

    /// <summary>security(2).</summary>
    public const int security = 185;

    /// <summary>gettid(2).</summary>
    public const int gettid = 186;

    /// <summary>readahead(2).</summary>
    public const int readahead = 187;

    /// <summary>setxattr(2).</summary>
    public const int setxattr = 188;

    /// <summary>lsetxattr(2).</summary>
    public const int lsetxattr = 189;

    /// <summary>fsetxattr(2).</summary>
    public const int fsetxattr = 190;

    /// <summary>getxattr(2).</summary>
    public const int getxattr = 191;

    /// <summary>lgetxattr(2).</summary>
    public const int lgetxattr = 192;

    /// <summary>fgetxattr(2).</summary>
    public const int fgetxattr = 193;

    /// <summary>listxattr(2).</summary>
    public const int listxattr = 194;

    /// <summary>llistxattr(2).</summary>
    public const int llistxattr = 195;

    /// <summary>flistxattr(2).</summary>
    public const int flistxattr = 196;

    /// <summary>removexattr(2).</summary>
    public const int removexattr = 197;

    /// <summary>lremovexattr(2).</summary>
    public const int lremovexattr = 198;

    /// <summary>fremovexattr(2).</summary>
    public const int fremovexattr = 199;

    /// <summary>tkill(2).</summary>
    public const int tkill = 200;

    /// <summary>time(2).</summary>
    public const int time = 201;

    /// <summary>futex(2).</summary>
    public const int futex = 202;

    /// <summary>sched_setaffinity(2).</summary>
    public const int sched_setaffinity = 203;

    /// <summary>sched_getaffinity(2).</summary>
    public const int sched_getaffinity = 204;

    /// <summary>set_thread_area(2).</summary>
    public const int set_thread_area = 205;

    /// <summary>io_setup(2).</summary>
    public const int io_setup = 206;

    /// <summary>io_destroy(2).</summary>
    public const int io_destroy = 207;

    /// <summary>io_getevents(2).</summary>
    public const int io_getevents = 208;

    /// <summary>io_submit(2).</summary>
    public const int io_submit = 209;

    /// <summary>io_cancel(2).</summary>
    public const int io_cancel = 210;

    /// <summary>get_thread_area(2).</summary>
    public const int get_thread_area = 211;

    /// <summary>lookup_dcookie(2).</summary>
    public const int lookup_dcookie = 212;

    /// <summary>epoll_create(2).</summary>
    public const int epoll_create = 213;

    /// <summary>epoll_ctl_old(2).</summary>
    public const int epoll_ctl_old = 214;

    /// <summary>epoll_wait_old(2).</summary>
    public const int epoll_wait_old = 215;

    /// <summary>remap_file_pages(2).</summary>
    public const int remap_file_pages = 216;

    /// <summary>getdents64(2).</summary>
    public const int getdents64 = 217;

    /// <summary>set_tid_address(2).</summary>
    public const int set_tid_address = 218;

    /// <summary>restart_syscall(2).</summary>
    public const int restart_syscall = 219;

    /// <summary>semtimedop(2).</summary>
    public const int semtimedop = 220;

    /// <summary>fadvise64(2).</summary>
    public const int fadvise64 = 221;

    /// <summary>timer_create(2).</summary>
    public const int timer_create = 222;

    /// <summary>timer_settime(2).</summary>
    public const int timer_settime = 223;

    /// <summary>timer_gettime(2).</summary>
    public const int timer_gettime = 224;

    /// <summary>timer_getoverrun(2).</summary>
    public const int timer_getoverrun = 225;

    /// <summary>timer_delete(2).</summary>
    public const int timer_delete = 226;

    /// <summary>clock_settime(2).</summary>
    public const int clock_settime = 227;

    /// <summary>clock_gettime(2).</summary>
    public const int clock_gettime = 228;

    /// <summary>clock_getres(2).</summary>
    public const int clock_getres = 229;

    /// <summary>clock_nanosleep(2).</summary>
    public const int clock_nanosleep = 230;

    /// <summary>exit_group(2).</summary>
    public const int exit_group = 231;

    /// <summary>epoll_wait(2).</summary>
    public const int epoll_wait = 232;

    /// <summary>epoll_ctl(2).</summary>
    public const int epoll_ctl = 233;

    /// <summary>tgkill(2).</summary>
    public const int tgkill = 234;

    /// <summary>utimes(2).</summary>
    public const int utimes = 235;

    /// <summary>vserver(2).</summary>
    public const int vserver = 236;

    /// <summary>mbind(2).</summary>
    public const int mbind = 237;

    /// <summary>set_mempolicy(2).</summary>
    public const int set_mempolicy = 238;

    /// <summary>get_mempolicy(2).</summary>
    public const int get_mempolicy = 239;

    /// <summary>mq_open(2).</summary>
    public const int mq_open = 240;

    /// <summary>mq_unlink(2).</summary>
    public const int mq_unlink = 241;

    /// <summary>mq_timedsend(2).</summary>
    public const int mq_timedsend = 242;

    /// <summary>mq_timedreceive(2).</summary>
    public const int mq_timedreceive = 243;

    /// <summary>mq_notify(2).</summary>
    public const int mq_notify = 244;

    /// <summary>mq_getsetattr(2).</summary>
    public const int mq_getsetattr = 245;

    /// <summary>kexec_load(2).</summary>
    public const int kexec_load = 246;

    /// <summary>waitid(2).</summary>
    public const int waitid = 247;

    /// <summary>add_key(2).</summary>
    public const int add_key = 248;

    /// <summary>request_key(2).</summary>
    public const int request_key = 249;

    /// <summary>keyctl(2).</summary>
    public const int keyctl = 250;

    /// <summary>ioprio_set(2).</summary>
    public const int ioprio_set = 251;

    /// <summary>ioprio_get(2).</summary>
    public const int ioprio_get = 252;

    /// <summary>inotify_init(2).</summary>
    public const int inotify_init = 253;

    /// <summary>inotify_add_watch(2).</summary>
    public const int inotify_add_watch = 254;

    /// <summary>inotify_rm_watch(2).</summary>
    public const int inotify_rm_watch = 255;

    /// <summary>migrate_pages(2).</summary>
    public const int migrate_pages = 256;

    /// <summary>openat(2).</summary>
    public const int openat = 257;

    /// <summary>mkdirat(2).</summary>
    public const int mkdirat = 258;

    /// <summary>mknodat(2).</summary>
    public const int mknodat = 259;

    /// <summary>fchownat(2).</summary>
    public const int fchownat = 260;

    /// <summary>futimesat(2).</summary>
    public const int futimesat = 261;

    /// <summary>newfstatat(2).</summary>
    public const int newfstatat = 262;

    /// <summary>unlinkat(2).</summary>
    public const int unlinkat = 263;

    /// <summary>renameat(2).</summary>
    public const int renameat = 264;

    /// <summary>linkat(2).</summary>
    public const int linkat = 265;

    /// <summary>symlinkat(2).</summary>
    public const int symlinkat = 266;

    /// <summary>readlinkat(2).</summary>
    public const int readlinkat = 267;

    /// <summary>fchmodat(2).</summary>
    public const int fchmodat = 268;

    /// <summary>faccessat(2).</summary>
    public const int faccessat = 269;

    /// <summary>pselect6(2).</summary>
    public const int pselect6 = 270;

    /// <summary>ppoll(2).</summary>
    public const int ppoll = 271;

    /// <summary>unshare(2).</summary>
    public const int unshare = 272;

    /// <summary>set_robust_list(2).</summary>
    public const int set_robust_list = 273;

    /// <summary>get_robust_list(2).</summary>
    public const int get_robust_list = 274;

    /// <summary>splice(2).</summary>
    public const int splice = 275;

    /// <summary>tee(2).</summary>
    public const int tee = 276;

    /// <summary>sync_file_range(2).</summary>
    public const int sync_file_range = 277;

    /// <summary>vmsplice(2).</summary>
    public const int vmsplice = 278;

    /// <summary>move_pages(2).</summary>
    public const int move_pages = 279;

    /// <summary>utimensat(2).</summary>
    public const int utimensat = 280;

    /// <summary>epoll_pwait(2).</summary>
    public const int epoll_pwait = 281;

    /// <summary>signalfd(2).</summary>
    public const int signalfd = 282;

    /// <summary>timerfd_create(2).</summary>
    public const int timerfd_create = 283;

    /// <summary>eventfd(2).</summary>
    public const int eventfd = 284;

    /// <summary>fallocate(2).</summary>
    public const int fallocate = 285;

    /// <summary>timerfd_settime(2).</summary>
    public const int timerfd_settime = 286;

    /// <summary>timerfd_gettime(2).</summary>
    public const int timerfd_gettime = 287;

    /// <summary>accept4(2).</summary>
    public const int accept4 = 288;

    /// <summary>signalfd4(2).</summary>
    public const int signalfd4 = 289;

    /// <summary>eventfd2(2).</summary>
    public const int eventfd2 = 290;

    /// <summary>epoll_create1(2).</summary>
    public const int epoll_create1 = 291;

    /// <summary>dup3(2).</summary>
    public const int dup3 = 292;

    /// <summary>pipe2(2).</summary>
    public const int pipe2 = 293;

    /// <summary>inotify_init1(2).</summary>
    public const int inotify_init1 = 294;

    /// <summary>preadv(2).</summary>
    public const int preadv = 295;

    /// <summary>pwritev(2).</summary>
    public const int pwritev = 296;

    /// <summary>rt_tgsigqueueinfo(2).</summary>
    public const int rt_tgsigqueueinfo = 297;

    /// <summary>perf_event_open(2).</summary>
    public const int perf_event_open = 298;

    /// <summary>recvmmsg(2).</summary>
    public const int recvmmsg = 299;

    /// <summary>fanotify_init(2).</summary>
    public const int fanotify_init = 300;

    /// <summary>fanotify_mark(2).</summary>
    public const int fanotify_mark = 301;

    /// <summary>prlimit64(2).</summary>
    public const int prlimit64 = 302;

    /// <summary>name_to_handle_at(2).</summary>
    public const int name_to_handle_at = 303;

    /// <summary>open_by_handle_at(2).</summary>
    public const int open_by_handle_at = 304;

    /// <summary>clock_adjtime(2).</summary>
    public const int clock_adjtime = 305;

    /// <summary>syncfs(2).</summary>
    public const int syncfs = 306;

    /// <summary>sendmmsg(2).</summary>
    public const int sendmmsg = 307;

    /// <summary>setns(2).</summary>
    public const int setns = 308;

    /// <summary>getcpu(2).</summary>
    public const int getcpu = 309;

    /// <summary>process_vm_readv(2).</summary>
    public const int process_vm_readv = 310;

    /// <summary>process_vm_writev(2).</summary>
    public const int process_vm_writev = 311;

    /// <summary>kcmp(2).</summary>
    public const int kcmp = 312;

    /// <summary>finit_module(2).</summary>
    public const int finit_module = 313;

    /// <summary>sched_setattr(2).</summary>
    public const int sched_setattr = 314;

    /// <summary>sched_getattr(2).</summary>
    public const int sched_getattr = 315;

    /// <summary>renameat2(2).</summary>
    public const int renameat2 = 316;

    /// <summary>seccomp(2).</summary>
    public const int seccomp = 317;

    /// <summary>getrandom(2).</summary>
    public const int getrandom = 318;

    /// <summary>memfd_create(2).</summary>
    public const int memfd_create = 319;

    /// <summary>kexec_file_load(2).</summary>
    public const int kexec_file_load = 320;

    /// <summary>bpf(2).</summary>
    public const int bpf = 321;

    /// <summary>execveat(2).</summary>
    public const int execveat = 322;

    /// <summary>userfaultfd(2).</summary>
    public const int userfaultfd = 323;

    /// <summary>membarrier(2).</summary>
    public const int membarrier = 324;

    /// <summary>mlock2(2).</summary>
    public const int mlock2 = 325;

    /// <summary>copy_file_range(2).</summary>
    public const int copy_file_range = 326;

    /// <summary>preadv2(2).</summary>
    public const int preadv2 = 327;

    /// <summary>pwritev2(2).</summary>
    public const int pwritev2 = 328;

    /// <summary>pkey_mprotect(2).</summary>
    public const int pkey_mprotect = 329;

    /// <summary>pkey_alloc(2).</summary>
    public const int pkey_alloc = 330;

    /// <summary>pkey_free(2).</summary>
    public const int pkey_free = 331;

    /// <summary>statx(2).</summary>
    public const int statx = 332;

    /// <summary>io_pgetevents(2).</summary>
    public const int io_pgetevents = 333;

    /// <summary>rseq(2).</summary>
    public const int rseq = 334;

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
