namespace PSContainer.Security;

/// <content>Written by the test of this class; see there when it is out of date.</content>
internal static partial class DefaultSeccompProgram
{
    private static ReadOnlySpan<byte> TextOfSpec => """
        :seccomp 1 amd64 :default SCMP_ACT_ERRNO 1 :architectures SCMP_ARCH_X86_64 SCMP_ARCH_X86 SCMP_ARCH_X32 :rule
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
        0x0000000400000020, 0xc000003eac000015, 0x0000000000000020, 0x40000084003e0035, 0x0000015000210035, 0x000000f000100035,
        0x0000009d00090035, 0x0000008900050035, 0x0000008600030035, 0x0000002900960015, 0x0000003800930015, 0x00000067067c0015,
        0x000000877b7c0015, 0x0000009b007a0035, 0x0000008b00790015, 0x0000009902780015, 0x000000ba00020035, 0x000000a300760035,
        0x7fff000000000006, 0x000000ec00740035, 0x000000d400730015, 0x000000e37f720015, 0x0000012d00080035, 0x000000fb00020035,
        0x000000f8006f0035, 0x000000f67b6e0015, 0x0000012a00030035, 0x00000100006c0015, 0x00000110006b0015, 0x00000117776a0015,
        0x0000012b69760015, 0x0000013a00030035, 0x0000013800670035, 0x0000013000660015, 0x0000013472650015, 0x0000014071000035,
        0x0000014400700035, 0x00000142626f0015, 0x40000011000e0035, 0x000001cb00080035, 0x000001ba00050035, 0x000001b200010035,
        0x000001a85d6a0015, 0x000001b300410015, 0x000001b6005b0015, 0x000001b8675a0015, 0x000001bc59000035, 0x000001c265580015,
        0x000001d300010035, 0x000001ce56630035, 0x4000000055000035, 0x4000000f00540035, 0x4000000d60530015, 0x4000003000040035,
        0x4000001500010035, 0x400000135d500035, 0x4000002d004f0035, 0x400000295b480015, 0x4000003800010035, 0x40000036594c0035,
        0x4000003961000035, 0x4000007f00030035, 0x4000003b00490015, 0x4000006500480015, 0x4000006754470015, 0x4000008246530015,
        0x40000118001a0035, 0x400000d3000c0035, 0x4000009d00060035, 0x4000008900020035, 0x400000864e000035, 0x4000008740300015,
        0x4000009b003f0035, 0x4000008b003e0015, 0x400000994a3d0015, 0x400000ba00010035, 0x400000a3483b0035, 0x400000cd47000035,
        0x400000cf39000035, 0x400000d145380015, 0x400000f600070035, 0x400000ec00040035, 0x400000d800010035, 0x400000d534410015,
        0x400000de00330015, 0x400000e33f320015, 0x400000f031000035, 0x400000f43d300015, 0x4000011000020035, 0x400000fb2e000035,
        0x400001003a2d0015, 0x400001132c000035, 0x40000116382b0035, 0x40000150000a0035, 0x4000013a00050035, 0x4000012d00010035,
        0x4000012734270035, 0x4000013300010035, 0x4000013032250015, 0x4000013524310015, 0x4000014400010035, 0x400001402f220035,
        0x400001472e000035, 0x40000149202d0035, 0x400001cb00090035, 0x400001ba00060035, 0x400001b200010035, 0x400001a81c290015,
        0x400001b301000015, 0x0005002600000006, 0x400001b600190015, 0x400001b825180015, 0x400001bc17000035, 0x400001c223160015,
        0x400001d300010035, 0x400001ce14210035, 0x4000020013000035, 0x4000022400120035, 0x4000021000110015, 0x400002151d100015,
        0x0000001000000020, 0xffffffff001b0015, 0x0000001000000020, 0x0002000800190015, 0x0000001000000020, 0x0002000000170015,
        0x0000001000000020, 0x0000000800150015, 0x0000001000000020, 0x0000000006130015, 0x0000001000000020, 0x0000002700110015,
        0x0000001000000020, 0x000000260f000035, 0x0000001000000020, 0x00000028000d0025, 0x0005000100000006, 0x0000001400000020,
        0x0000000002000015, 0x0000001000000020, 0xffffffff00080015, 0x0000001400000020, 0x0000000002000015, 0x0000001000000020,
        0x0002000800040015, 0x0000001400000020, 0x0000000003000015, 0x0000001000000020, 0x0002000001000015, 0x7fff000000000006,
        0x0000001400000020, 0x0000000002000015, 0x0000001000000020, 0x00000008007d0015, 0x0000001400000020, 0x000000007c000015,
        0x0000001000000020, 0x000000007a790015, 0x0000001000000020, 0x7e02000077780045, 0x0000001400000020, 0x0000000002000015,
        0x0000001000000020, 0x0000002700730015, 0x0000001400000020, 0x0000000000030025, 0x0000000070000015, 0x0000001000000020,
        0x000000266e000035, 0x0000001400000020, 0x00000000006c0025, 0x000000006c000015, 0x0000001000000020, 0x000000286a690025,
        0x400000036a000015, 0x0000000000000020, 0x0000008600240035, 0x0000004600120035, 0x0000002400080035, 0x0000001500020035,
        0x0000001162000035, 0x0000001362610035, 0x0000001761000035, 0x0000001f00020035, 0x00000019005f0015, 0x0000001c5d5e0015,
        0x000000215d5c0015, 0x0000003a00050035, 0x0000003300020035, 0x0000002c005a0015, 0x0000003058590015, 0x0000003658000035,
        0x0000003856570015, 0x0000003c56000035, 0x0000004300550035, 0x0000003e53540015, 0x00000074000b0035, 0x0000005600040035,
        0x0000004850000035, 0x0000004b50000035, 0x0000004f004f0015, 0x000000544d4e0015, 0x0000005a4d000035, 0x0000006d00030035,
        0x00000062004b0015, 0x00000065004a0015, 0x0000006748490015, 0x0000007248470015, 0x0000007a00020035, 0x0000007845000035,
        0x0000007942450035, 0x0000007f43000035, 0x0000008443420035, 0x0000015000160035, 0x000000de00090035, 0x000000aa00050035,
        0x0000008a00010035, 0x000000883e310015, 0x000000a600010035, 0x000000953b3c0015, 0x000000a83b3a0015, 0x000000bc39000035,
        0x000000be39000035, 0x000000d937380015, 0x0000011500050035, 0x000000e036000035, 0x0000011100350035, 0x000000fb00340015,
        0x000000fd00330015, 0x0000010831320015, 0x0000011d00010035, 0x0000011b2f300015, 0x000001212f000035, 0x00000126002e0015,
        0x00000136002d0015, 0x0000013d2b2c0015, 0x000001a9000d0035, 0x0000015f00050035, 0x0000015300010035, 0x0000015128270015,
        0x0000015d00270035, 0x0000015600260015, 0x0000015a24250015, 0x0000018300030035, 0x0000016500230015, 0x00000167000f0015,
        0x0000017620210015, 0x0000018920000035, 0x00000194001f0015, 0x0000019f1d1e0015, 0x000001bc00060035, 0x000001b21c000035,
        0x000001ba001b0035, 0x000001b301000015, 0x0005002600000006, 0x000001b600180015, 0x000001b816170015, 0x000001ce00020035,
        0x000001cb00150035, 0x000001c213140015, 0x000001d312130035, 0x0000001000000020, 0x0000002700100015, 0x0000001000000020,
        0x000000260e000035, 0x0000001000000020, 0x000000280d0c0025, 0x0000001000000020, 0xffffffff000a0015, 0x0000001000000020,
        0x0002000800080015, 0x0000001000000020, 0x0002000000060015, 0x0000001000000020, 0x0000000800040015, 0x0000001000000020,
        0x0000000003020015, 0x0000001000000020, 0x7e02000000010045, 0x7fff000000000006, 0x0005000100000006, 0x0000000000000006,
    ];
}
