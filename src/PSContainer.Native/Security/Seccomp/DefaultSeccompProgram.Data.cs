namespace PSContainer.Security;

/// <content>Written by the test of this class; see there when it is out of date.</content>
internal static partial class DefaultSeccompProgram
{
    private static ReadOnlySpan<byte> TextOfSpec => """
        :seccomp 4 amd64 :default SCMP_ACT_ERRNO 1 :architectures SCMP_ARCH_X86_64 SCMP_ARCH_X86 SCMP_ARCH_X32 :rule
        SCMP_ACT_ALLOW - open openat openat2 creat close close_range dup dup2 dup3 fcntl fcntl64 flock
        name_to_handle_at memfd_create memfd_secret pipe pipe2 :rule SCMP_ACT_ALLOW - read readv pread64 preadv
        preadv2 write writev pwrite64 pwritev pwritev2 lseek _llseek readahead fadvise64 fadvise64_64 sendfile
        sendfile64 splice tee vmsplice copy_file_range truncate truncate64 ftruncate ftruncate64 fallocate sync syncfs
        fsync fdatasync sync_file_range cachestat ioctl :rule SCMP_ACT_ALLOW - chdir fchdir getcwd getdents getdents64
        mkdir mkdirat rmdir link linkat symlink symlinkat readlink readlinkat rename renameat renameat2 unlink
        unlinkat mknod mknodat :rule SCMP_ACT_ALLOW - stat stat64 lstat lstat64 fstat fstat64 fstatat64 newfstatat
        statx statfs statfs64 fstatfs fstatfs64 statmount listmount access faccessat faccessat2 umask chmod fchmod
        fchmodat fchmodat2 chown chown32 lchown lchown32 fchown fchown32 fchownat utime utimes futimesat utimensat
        utimensat_time64 getxattr lgetxattr fgetxattr getxattrat setxattr lsetxattr fsetxattr setxattrat listxattr
        llistxattr flistxattr listxattrat removexattr lremovexattr fremovexattr removexattrat :rule SCMP_ACT_ALLOW -
        select _newselect pselect6 pselect6_time64 poll ppoll ppoll_time64 epoll_create epoll_create1 epoll_ctl
        epoll_ctl_old epoll_wait epoll_wait_old epoll_pwait epoll_pwait2 eventfd eventfd2 inotify_init inotify_init1
        inotify_add_watch inotify_rm_watch fanotify_mark io_setup io_destroy io_submit io_cancel io_getevents
        io_pgetevents io_pgetevents_time64 :rule SCMP_ACT_ALLOW - brk mmap mmap2 munmap mremap mprotect msync mincore
        madvise remap_file_pages mseal membarrier map_shadow_stack mlock mlock2 munlock mlockall munlockall pkey_alloc
        pkey_free pkey_mprotect :rule SCMP_ACT_ALLOW - fork vfork execve execveat exit exit_group wait4 waitid waitpid
        pidfd_open pidfd_send_signal process_mrelease getpid gettid getppid getpgid getpgrp setpgid getsid setsid
        set_tid_address restart_syscall rseq uretprobe get_thread_area set_thread_area get_robust_list set_robust_list
        prctl :rule SCMP_ACT_ALLOW - getuid getuid32 geteuid geteuid32 getresuid getresuid32 setuid setuid32 setreuid
        setreuid32 setresuid setresuid32 setfsuid setfsuid32 getgid getgid32 getegid getegid32 getresgid getresgid32
        setgid setgid32 setregid setregid32 setresgid setresgid32 setfsgid setfsgid32 getgroups getgroups32 setgroups
        setgroups32 capget capset :rule SCMP_ACT_ALLOW - seccomp landlock_create_ruleset landlock_add_rule
        landlock_restrict_self :rule SCMP_ACT_ALLOW - sched_yield getcpu sched_getaffinity sched_setaffinity
        sched_getattr sched_setattr sched_getparam sched_setparam sched_getscheduler sched_setscheduler
        sched_get_priority_max sched_get_priority_min sched_rr_get_interval sched_rr_get_interval_time64 getpriority
        setpriority ioprio_get ioprio_set getrlimit setrlimit ugetrlimit prlimit64 getrusage times sysinfo uname :rule
        SCMP_ACT_ALLOW - kill tkill tgkill rt_sigaction rt_sigprocmask rt_sigpending rt_sigqueueinfo rt_tgsigqueueinfo
        rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64 sigaltstack sigprocmask sigreturn signalfd
        signalfd4 pause alarm :rule SCMP_ACT_ALLOW - time gettimeofday clock_gettime clock_gettime64 clock_getres
        clock_getres_time64 adjtimex clock_adjtime clock_adjtime64 nanosleep clock_nanosleep clock_nanosleep_time64
        getitimer setitimer timer_create timer_delete timer_getoverrun timer_gettime timer_gettime64 timer_settime
        timer_settime64 timerfd_create timerfd_gettime timerfd_gettime64 timerfd_settime timerfd_settime64 :rule
        SCMP_ACT_ALLOW - bind listen accept accept4 connect shutdown getsockname getpeername getsockopt setsockopt
        socketpair socketcall send sendto sendmsg sendmmsg recv recvfrom recvmsg recvmmsg recvmmsg_time64 :rule
        SCMP_ACT_ALLOW - ipc shmget shmat shmdt shmctl semget semop semtimedop semtimedop_time64 semctl msgget msgsnd
        msgrcv msgctl mq_open mq_unlink mq_timedsend mq_timedsend_time64 mq_timedreceive mq_timedreceive_time64
        mq_notify mq_getsetattr futex futex_time64 futex_wait futex_wake futex_waitv futex_requeue getrandom :rule
        SCMP_ACT_ALLOW - socket :if 0 SCMP_CMP_LT 38 0 :rule SCMP_ACT_ALLOW - socket :if 0 SCMP_CMP_EQ
        39 0 :rule SCMP_ACT_ALLOW - socket :if 0 SCMP_CMP_GT 40 0 :rule SCMP_ACT_ALLOW - personality :if
        0 SCMP_CMP_EQ 0 0 :rule SCMP_ACT_ALLOW - personality :if 0 SCMP_CMP_EQ 8 0 :rule SCMP_ACT_ALLOW - personality
        :if 0 SCMP_CMP_EQ 131072 0 :rule SCMP_ACT_ALLOW - personality :if 0 SCMP_CMP_EQ 131080 0 :rule SCMP_ACT_ALLOW
        - personality :if 0 SCMP_CMP_EQ 4294967295 0 :rule SCMP_ACT_ALLOW - arch_prctl :rule SCMP_ACT_ALLOW -
        modify_ldt :rule SCMP_ACT_ALLOW - clone :if 0 SCMP_CMP_MASKED_EQ 2114060288 0 :rule SCMP_ACT_ERRNO
        38 clone3 :rule SCMP_ACT_ALLOW - ptrace process_vm_readv process_vm_writev :rule SCMP_ACT_ALLOW - chroot
        """u8;

    private static ReadOnlySpan<ulong> Words =>
    [
        0x0000000400000020, 0xc000003ead000015, 0x0000000000000020, 0x40000086003f0035, 0x000001b200230035, 0x000000f800120035,
        0x0000009d00090035, 0x0000008900050035, 0x0000008600030035, 0x0000002900970015, 0x0000003800940015, 0x00000067097d0015,
        0x000000877c7d0015, 0x0000009b007b0035, 0x0000008b007a0015, 0x0000009905790015, 0x000000ba00010035, 0x000000a303770035,
        0x000000ec00030035, 0x000000d400750015, 0x000000e300740015, 0x7fff000000000006, 0x000000f072000035, 0x000000f67e710015,
        0x0000013800090035, 0x0000012a00040035, 0x000000fb6e000035, 0x00000100006d0015, 0x00000110006c0015, 0x00000117786b0015,
        0x0000012d00010035, 0x0000012b69760015, 0x0000013000680015, 0x0000013474670015, 0x0000014000010035, 0x0000013a65720035,
        0x0000014400010035, 0x0000014263700015, 0x000001506f000035, 0x000001a8616e0015, 0x40000013000d0035, 0x000001ce00070035,
        0x000001bc00040035, 0x000001ba005d0035, 0x000001b3004b0015, 0x000001b6005b0015, 0x000001b8675a0015, 0x000001cb00590035,
        0x000001c265580015, 0x4000000000010035, 0x000001d363450035, 0x4000000f00010035, 0x4000000d61540015, 0x4000001153600035,
        0x4000003600040035, 0x4000002d00020035, 0x4000001550000035, 0x400000295c490015, 0x400000304e5b0035, 0x4000003900010035,
        0x400000384c620035, 0x4000007f00030035, 0x4000003b004a0015, 0x4000006500490015, 0x4000006755480015, 0x4000008400540035,
        0x4000008246530015, 0x40000127001a0035, 0x400000d8000d0035, 0x400000a300060035, 0x4000009b00040035, 0x4000008900010035,
        0x4000008740300015, 0x4000008b003f0015, 0x400000994b3e0015, 0x4000009d3d4a0035, 0x400000cd00010035, 0x400000ba3b480035,
        0x400000cf3a000035, 0x400000d300010035, 0x400000d145380015, 0x400000d537440015, 0x400000fb00060035, 0x400000f000030035,
        0x400000ec00340035, 0x400000de00330015, 0x400000e33f320015, 0x400000f600310035, 0x400000f43d300015, 0x4000011300020035,
        0x40000110002e0035, 0x400001003a2d0015, 0x4000011639000035, 0x400001182b380035, 0x400001b2000b0035, 0x4000014000050035,
        0x4000013300020035, 0x4000012d27000035, 0x4000013033260015, 0x4000013a00320035, 0x4000013524310015, 0x4000014700010035,
        0x40000144222f0035, 0x4000014921000035, 0x400001502d000035, 0x400001a81f2c0015, 0x400001ce00070035, 0x400001bc00040035,
        0x400001ba001c0035, 0x400001b3000a0015, 0x400001b6001a0015, 0x400001b826190015, 0x400001cb00180035, 0x400001c224170015,
        0x4000020000010035, 0x400001d322150035, 0x4000022400020035, 0x4000021000130015, 0x400002151f120015, 0xffffffff00110035,
        0x0005002600000006, 0x0000001000000020, 0xffffffff001b0015, 0x0000001000000020, 0x0002000800190015, 0x0000001000000020,
        0x0002000000170015, 0x0000001000000020, 0x0000000800150015, 0x0000001000000020, 0x0000000006130015, 0x0000001000000020,
        0x0000002700110015, 0x0000001000000020, 0x000000260f000035, 0x0000001000000020, 0x00000028000d0025, 0x0005000100000006,
        0x0000001400000020, 0x0000000002000015, 0x0000001000000020, 0xffffffff00080015, 0x0000001400000020, 0x0000000002000015,
        0x0000001000000020, 0x0002000800040015, 0x0000001400000020, 0x0000000003000015, 0x0000001000000020, 0x0002000001000015,
        0x7fff000000000006, 0x0000001400000020, 0x0000000002000015, 0x0000001000000020, 0x00000008007e0015, 0x0000001400000020,
        0x000000007d000015, 0x0000001000000020, 0x000000007b7a0015, 0x0000001000000020, 0x7e02000078790045, 0x0000001400000020,
        0x0000000002000015, 0x0000001000000020, 0x0000002700740015, 0x0000001400000020, 0x0000000000030025, 0x0000000071000015,
        0x0000001000000020, 0x000000266f000035, 0x0000001400000020, 0x00000000006d0025, 0x000000006d000015, 0x0000001000000020,
        0x000000286b6a0025, 0x400000036b000015, 0x0000000000000020, 0x0000008a00260035, 0x0000004600120035, 0x0000002400080035,
        0x0000001500020035, 0x0000001163000035, 0x0000001363620035, 0x0000001762000035, 0x0000001f00020035, 0x0000001900600015,
        0x0000001c5e5f0015, 0x000000215e5d0015, 0x0000003a00050035, 0x0000003300020035, 0x0000002c005b0015, 0x00000030595a0015,
        0x0000003659000035, 0x0000003857580015, 0x0000003c57000035, 0x0000004300560035, 0x0000003e54550015, 0x00000074000b0035,
        0x0000005600040035, 0x0000004851000035, 0x0000004b51000035, 0x0000004f00500015, 0x000000544e4f0015, 0x0000005a4e000035,
        0x0000006d00030035, 0x00000062004c0015, 0x00000065004b0015, 0x00000067494a0015, 0x0000007249480015, 0x0000007a00020035,
        0x0000007846000035, 0x0000007943460035, 0x0000008400010035, 0x0000007f43440035, 0x0000008642000035, 0x0000008842350015,
        0x0000015300160035, 0x000000e000080035, 0x000000bc00040035, 0x000000a600010035, 0x000000953c3d0015, 0x000000aa003b0035,
        0x000000a83b3a0015, 0x000000be3a000035, 0x000000de00390035, 0x000000d937380015, 0x0000011d00060035, 0x0000011100030035,
        0x000000fb00350015, 0x000000fd00340015, 0x0000010832330015, 0x0000011532000035, 0x0000011b30310015, 0x0000012130000035,
        0x0000015000030035, 0x00000126002e0015, 0x00000136002d0015, 0x0000013d2b2c0015, 0x000001512b2a0015, 0x000001b2000c0035,
        0x0000018300070035, 0x0000015d00020035, 0x0000015600270015, 0x0000015a25260015, 0x0000015f25000035, 0x0000016500240015,
        0x0000016700100015, 0x0000017621220015, 0x0000018921000035, 0x000001a900200035, 0x00000194001f0015, 0x0000019f1d1e0015,
        0x000001cb00060035, 0x000001ba00030035, 0x000001b300070015, 0x000001b6001a0015, 0x000001b818190015, 0x000001bc18000035,
        0x000001c216170015, 0x000001d300010035, 0x000001ce15140035, 0xffffffff00140035, 0x0005002600000006, 0x0000001000000020,
        0x0000002700100015, 0x0000001000000020, 0x000000260e000035, 0x0000001000000020, 0x000000280d0c0025, 0x0000001000000020,
        0xffffffff000a0015, 0x0000001000000020, 0x0002000800080015, 0x0000001000000020, 0x0002000000060015, 0x0000001000000020,
        0x0000000800040015, 0x0000001000000020, 0x0000000003020015, 0x0000001000000020, 0x7e02000000010045, 0x7fff000000000006,
        0x0005000100000006, 0x0000000000000006,
    ];
}
