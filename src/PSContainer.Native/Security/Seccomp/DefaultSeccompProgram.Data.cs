namespace PSContainer.Security.Seccomp;

/// <content>Written by the test of this class; see there when it is out of date.</content>
internal static partial class DefaultSeccompProgram
{
    internal static ReadOnlySpan<byte> TextOfX64 => """
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
        send sendto sendmsg sendmmsg recv recvfrom recvmsg recvmmsg recvmmsg_time64 :rule SCMP_ACT_ALLOW - ipc shmget
        shmat shmdt shmctl semget semop semtimedop semtimedop_time64 semctl msgget msgsnd msgrcv msgctl mq_open
        mq_unlink mq_timedsend mq_timedsend_time64 mq_timedreceive mq_timedreceive_time64 mq_notify mq_getsetattr
        futex futex_time64 futex_wait futex_wake futex_waitv futex_requeue getrandom :rule SCMP_ACT_ALLOW - socket
        socketpair :if 0 SCMP_CMP_MASKED_EQ 4294967264 0 :rule SCMP_ACT_ALLOW - socket socketpair :if
        0 SCMP_CMP_MASKED_EQ 4294967292 32 :rule SCMP_ACT_ALLOW - socket socketpair :if 0 SCMP_CMP_MASKED_EQ
        4294967294 36 :rule SCMP_ACT_ALLOW - socket socketpair :if 0 SCMP_CMP_MASKED_EQ 4294967295
        39 :rule SCMP_ACT_ALLOW - socket socketpair :if 0 SCMP_CMP_MASKED_EQ 4294967295 41 :rule SCMP_ACT_ALLOW -
        socket socketpair :if 0 SCMP_CMP_MASKED_EQ 4294967294 42 :rule SCMP_ACT_ALLOW - socket socketpair :if
        0 SCMP_CMP_MASKED_EQ 4294967292 44 :rule SCMP_ACT_ALLOW - socket socketpair :if 0 SCMP_CMP_MASKED_EQ
        4294967280 48 :rule SCMP_ACT_ERRNO 38 socketcall :rule SCMP_ACT_ALLOW - personality :if 0 SCMP_CMP_EQ
        0 0 :rule SCMP_ACT_ALLOW - personality :if 0 SCMP_CMP_EQ 8 0 :rule SCMP_ACT_ALLOW - personality :if
        0 SCMP_CMP_EQ 131072 0 :rule SCMP_ACT_ALLOW - personality :if 0 SCMP_CMP_EQ 131080 0 :rule SCMP_ACT_ALLOW -
        personality :if 0 SCMP_CMP_EQ 4294967295 0 :rule SCMP_ACT_ALLOW - arch_prctl :rule SCMP_ACT_ALLOW - modify_ldt
        :rule SCMP_ACT_ALLOW - clone :if 0 SCMP_CMP_MASKED_EQ 2114060288 0 :rule SCMP_ACT_ERRNO 38 clone3 :rule
        SCMP_ACT_ALLOW - ptrace process_vm_readv process_vm_writev :rule SCMP_ACT_ALLOW - chroot
        """u8;

    internal static ReadOnlySpan<ulong> WordsOfX64 =>
    [
        0x0000000400000020, 0xc000003eb2000015, 0x0000000000000020, 0x4000007f00400035, 0x0000014400220035, 0x000000ec00100035,
        0x0000008900070035, 0x0000006800040035, 0x0000006700130035, 0x0000002900940015, 0x0000003500930015, 0x00000038208f0015,
        0x000000861f000035, 0x000000870e790015, 0x0000009d00030035, 0x0000009b000c0035, 0x0000008b000b0015, 0x000000991a0a0015,
        0x000000a319000035, 0x000000ba08000035, 0x000000d400070015, 0x000000e316060015, 0x0000012a00080035, 0x000000f800020035,
        0x000000f003000035, 0x000000f612020015, 0x000000fb01000035, 0x0000010001000015, 0x0005000100000006, 0x00000110007f0015,
        0x000001170d7e0015, 0x0000013800040035, 0x0000012d00010035, 0x0000012b7b0a0015, 0x00000130007a0015, 0x0000013408790015,
        0x0000013a78000035, 0x0000014006000035, 0x0000014276050015, 0x4000000f000f0035, 0x000001bc00080035, 0x000001b200030035,
        0x0000015001000035, 0x000001a871000015, 0x7fff000000000006, 0x000001ba006f0035, 0x000001b3004d0015, 0x000001b6006d0015,
        0x000001b87d6c0015, 0x000001ce00020035, 0x000001cb006a0035, 0x000001c27a690015, 0x000001d379000035, 0x4000000046000035,
        0x4000000d77660015, 0x4000003000050035, 0x4000001300010035, 0x4000001163740035, 0x4000001562000035, 0x4000002d00610035,
        0x4000002971610015, 0x4000003600010035, 0x400000356f5f0035, 0x400000385d000035, 0x400000395a000035, 0x4000003b005b0015,
        0x40000065005a0015, 0x400000676a590015, 0x40000118001c0035, 0x400000cf000c0035, 0x4000009b00070035, 0x4000008600020035,
        0x4000008400650035, 0x4000008253640015, 0x4000008900010035, 0x4000008751310015, 0x4000008b00500015, 0x40000099604f0015,
        0x400000a300010035, 0x4000009d4d5e0035, 0x400000ba4c000035, 0x400000cd5c4b0035, 0x400000f600090035, 0x400000d800030035,
        0x400000d300010035, 0x400000d158470015, 0x400000d546570015, 0x400000ec00020035, 0x400000de00440015, 0x400000e354430015,
        0x400000f042000035, 0x400000f452410015, 0x4000011000020035, 0x400000fb3f000035, 0x400001004f3e0015, 0x400001133d000035,
        0x400001164d3c0035, 0x40000150000a0035, 0x4000013a00050035, 0x4000012d00010035, 0x4000012749380035, 0x4000013300010035,
        0x4000013047360015, 0x4000013535460015, 0x4000014400010035, 0x4000014044330035, 0x4000014743000035, 0x4000014931420035,
        0x400001ce00090035, 0x400001ba00050035, 0x400001b200010035, 0x400001a82d3e0015, 0x400001b3000b0015, 0x400001b6002b0015,
        0x400001b83b2a0015, 0x400001bc29000035, 0x400001cb00280035, 0x400001c238270015, 0x4000020000010035, 0x400001d336250035,
        0x4000022400020035, 0x4000021000230015, 0x4000021533220015, 0xffffffff00210035, 0x0005002600000006, 0x0000001000000020,
        0xffffffff002f0015, 0x0000001000000020, 0x00020008002d0015, 0x0000001000000020, 0x00020000002b0015, 0x0000001000000020,
        0x0000000800290015, 0x0000001000000020, 0x0000000016270015, 0x0000001400000020, 0x0000000002000015, 0x0000001000000020,
        0xffffffff00230015, 0x0000001400000020, 0x0000000002000015, 0x0000001000000020, 0x00020008001f0015, 0x0000001400000020,
        0x0000000002000015, 0x0000001000000020, 0x00020000001b0015, 0x0000001400000020, 0x0000000002000015, 0x0000001000000020,
        0x0000000800170015, 0x0000001400000020, 0x0000000004000015, 0x0000001000000020, 0x0000000002130015, 0x0000001000000020,
        0x7e02000011000045, 0x0005000100000006, 0x0000001000000020, 0xfffffff000000054, 0x00000030000d0015, 0x0000001000000020,
        0xfffffffc00000054, 0x0000002c000a0015, 0x0000001000000020, 0xfffffffe00000054, 0x0000002a00070015, 0x0000001000000020,
        0x0000002900050015, 0x0000001000000020, 0x0000002700030015, 0x0000001000000020, 0xfffffffe00000054, 0x0000002401000015,
        0x7fff000000000006, 0x0000001000000020, 0xfffffffc00000054, 0x00000020007d0015, 0x0000001000000020, 0xffffffe07b7c0045,
        0x400000037c000015, 0x0000000000000020, 0x0000008a00270035, 0x0000004800130035, 0x0000002400080035, 0x0000001500020035,
        0x0000001174000035, 0x0000001374730035, 0x0000001773000035, 0x0000001f00020035, 0x0000001900710015, 0x0000001c6f700015,
        0x000000216f6e0015, 0x0000003a00050035, 0x0000003300020035, 0x0000002c006c0015, 0x000000306a6b0015, 0x000000366a000035,
        0x0000003868690015, 0x0000004300020035, 0x0000003c67000035, 0x0000003e65660015, 0x0000004665640035, 0x00000074000b0035,
        0x0000005a00040035, 0x0000004b62000035, 0x0000005600610035, 0x0000004f00600015, 0x000000545e5f0015, 0x0000006800030035,
        0x0000006500010035, 0x000000625b5c0015, 0x000000665b380015, 0x0000006d59000035, 0x0000007259580015, 0x0000007a00020035,
        0x0000007856000035, 0x0000007953560035, 0x0000008400010035, 0x0000007f53540035, 0x0000008652000035, 0x0000008852450015,
        0x0000015d00190035, 0x000000e000080035, 0x000000bc00040035, 0x000000a600010035, 0x000000954c4d0015, 0x000000aa004b0035,
        0x000000a84b4a0015, 0x000000be4a000035, 0x000000de00490035, 0x000000d947480015, 0x0000011d00060035, 0x0000011100030035,
        0x000000fb00450015, 0x000000fd00440015, 0x0000010842430015, 0x0000011542000035, 0x0000011b40410015, 0x0000015000040035,
        0x000001213f000035, 0x00000126003e0015, 0x00000136003d0015, 0x0000013d3b3c0015, 0x0000015300010035, 0x000001513a390015,
        0x0000015600390015, 0x0000015a37380015, 0x000001b2000a0035, 0x0000016900030035, 0x0000015f35000035, 0x0000016700120035,
        0x0000016532330015, 0x0000018900020035, 0x0000018300310035, 0x000001762f300015, 0x000001a9002f0035, 0x00000194002e0015,
        0x0000019f2c2d0015, 0x000001cb00060035, 0x000001ba00030035, 0x000001b300070015, 0x000001b600290015, 0x000001b827280015,
        0x000001bc27000035, 0x000001c225260015, 0x000001d300010035, 0x000001ce24230035, 0xffffffff00230035, 0x0005002600000006,
        0x0000001000000020, 0xfffffff000000054, 0x00000030001e0015, 0x0000001000000020, 0xfffffffc00000054, 0x0000002c001b0015,
        0x0000001000000020, 0xfffffffe00000054, 0x0000002a00180015, 0x0000001000000020, 0x0000002900160015, 0x0000001000000020,
        0x0000002700140015, 0x0000001000000020, 0xfffffffe00000054, 0x0000002400110015, 0x0000001000000020, 0xfffffffc00000054,
        0x00000020000e0015, 0x0000001000000020, 0xffffffe00c0d0045, 0x0000001000000020, 0xffffffff000a0015, 0x0000001000000020,
        0x0002000800080015, 0x0000001000000020, 0x0002000000060015, 0x0000001000000020, 0x0000000800040015, 0x0000001000000020,
        0x0000000003020015, 0x0000001000000020, 0x7e02000000010045, 0x7fff000000000006, 0x0005000100000006, 0x0000000000000006,
    ];

    internal static ReadOnlySpan<byte> TextOfArm64 => """
        :seccomp 4 arm64 :default SCMP_ACT_ERRNO 1 :architectures SCMP_ARCH_AARCH64 SCMP_ARCH_ARM :rule SCMP_ACT_ALLOW
        - open openat openat2 creat close close_range dup dup2 dup3 fcntl fcntl64 flock name_to_handle_at memfd_create
        memfd_secret pipe pipe2 :rule SCMP_ACT_ALLOW - read readv pread64 preadv preadv2 write writev pwrite64 pwritev
        pwritev2 lseek _llseek readahead fadvise64 fadvise64_64 sendfile sendfile64 splice tee vmsplice
        copy_file_range truncate truncate64 ftruncate ftruncate64 fallocate sync syncfs fsync fdatasync
        sync_file_range cachestat ioctl :rule SCMP_ACT_ALLOW - chdir fchdir getcwd getdents getdents64 mkdir mkdirat
        rmdir link linkat symlink symlinkat readlink readlinkat rename renameat renameat2 unlink unlinkat mknod
        mknodat :rule SCMP_ACT_ALLOW - stat stat64 lstat lstat64 fstat fstat64 fstatat64 newfstatat statx statfs
        statfs64 fstatfs fstatfs64 statmount listmount access faccessat faccessat2 umask chmod fchmod fchmodat
        fchmodat2 chown chown32 lchown lchown32 fchown fchown32 fchownat utime utimes futimesat utimensat
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
        send sendto sendmsg sendmmsg recv recvfrom recvmsg recvmmsg recvmmsg_time64 :rule SCMP_ACT_ALLOW - ipc shmget
        shmat shmdt shmctl semget semop semtimedop semtimedop_time64 semctl msgget msgsnd msgrcv msgctl mq_open
        mq_unlink mq_timedsend mq_timedsend_time64 mq_timedreceive mq_timedreceive_time64 mq_notify mq_getsetattr
        futex futex_time64 futex_wait futex_wake futex_waitv futex_requeue getrandom :rule SCMP_ACT_ALLOW - socket
        socketpair :if 0 SCMP_CMP_MASKED_EQ 4294967264 0 :rule SCMP_ACT_ALLOW - socket socketpair :if
        0 SCMP_CMP_MASKED_EQ 4294967292 32 :rule SCMP_ACT_ALLOW - socket socketpair :if 0 SCMP_CMP_MASKED_EQ
        4294967294 36 :rule SCMP_ACT_ALLOW - socket socketpair :if 0 SCMP_CMP_MASKED_EQ 4294967295
        39 :rule SCMP_ACT_ALLOW - socket socketpair :if 0 SCMP_CMP_MASKED_EQ 4294967295 41 :rule SCMP_ACT_ALLOW -
        socket socketpair :if 0 SCMP_CMP_MASKED_EQ 4294967294 42 :rule SCMP_ACT_ALLOW - socket socketpair :if
        0 SCMP_CMP_MASKED_EQ 4294967292 44 :rule SCMP_ACT_ALLOW - socket socketpair :if 0 SCMP_CMP_MASKED_EQ
        4294967280 48 :rule SCMP_ACT_ERRNO 38 socketcall :rule SCMP_ACT_ALLOW - personality :if 0 SCMP_CMP_EQ
        0 0 :rule SCMP_ACT_ALLOW - personality :if 0 SCMP_CMP_EQ 8 0 :rule SCMP_ACT_ALLOW - personality :if
        0 SCMP_CMP_EQ 131072 0 :rule SCMP_ACT_ALLOW - personality :if 0 SCMP_CMP_EQ 131080 0 :rule SCMP_ACT_ALLOW -
        personality :if 0 SCMP_CMP_EQ 4294967295 0 :rule SCMP_ACT_ALLOW - arm_fadvise64_64 arm_sync_file_range
        sync_file_range2 breakpoint cacheflush set_tls :rule SCMP_ACT_ALLOW - clone :if 0 SCMP_CMP_MASKED_EQ
        2114060288 0 :rule SCMP_ACT_ERRNO 38 clone3 :rule SCMP_ACT_ALLOW - ptrace process_vm_readv process_vm_writev
        :rule SCMP_ACT_ALLOW - chroot
        """u8;

    internal static ReadOnlySpan<ulong> WordsOfArm64 =>
    [
        0x0000000400000020, 0xc00000b75f000015, 0x0000000000000020, 0x000000e200170035, 0x000000a1000e0035, 0x0000005c00060035,
        0x0000002700010035, 0x0000001258620015, 0x0000002b61000035, 0x0000003a00600015, 0x0000003c005f0015, 0x00000059545e0015,
        0x0000006800020035, 0x0000005d3e000035, 0x00000061515b0015, 0x0000006b5a000035, 0x0000007000590015, 0x0000007400580015,
        0x0000008e4d570015, 0x000000d900040035, 0x000000c600020035, 0x000000a354000035, 0x000000aa49530015, 0x000000c81f480035,
        0x000000dd00010035, 0x000000dc501b0035, 0x000000e0454f0035, 0x00000126000c0035, 0x000000f400030035, 0x000000eb42000035,
        0x000000f200410035, 0x000000f04a400015, 0x0000011000040035, 0x0000010448000035, 0x0000010600470015, 0x0000010900460015,
        0x0000010c3b450015, 0x0000011244000035, 0x0000011800430015, 0x0000011a38420015, 0x000001cb00080035, 0x000001ba00050035,
        0x000001b200010035, 0x000001a83e340015, 0x000001b300070015, 0x000001b6003c0015, 0x000001b8313b0015, 0x000001bc3a000035,
        0x000001c22f390015, 0x000001d300010035, 0x000001ce372d0035, 0xffffffff00360035, 0x0005002600000006, 0x0000001000000020,
        0x7e02000029330045, 0x0000001000000020, 0xfffffff000000054, 0x0000003000260015, 0x0000001000000020, 0xfffffffc00000054,
        0x0000002c00230015, 0x0000001000000020, 0xfffffffe00000054, 0x0000002a00200015, 0x0000001000000020, 0x00000029001e0015,
        0x0000001000000020, 0x00000027001c0015, 0x0000001000000020, 0xfffffffe00000054, 0x0000002400190015, 0x0000001000000020,
        0xfffffffc00000054, 0x0000002000160015, 0x0000001000000020, 0xffffffe0141e0045, 0x0000001400000020, 0x0000000002000015,
        0x0000001000000020, 0xffffffff00100015, 0x0000001400000020, 0x0000000002000015, 0x0000001000000020, 0x00020008000c0015,
        0x0000001400000020, 0x0000000002000015, 0x0000001000000020, 0x0002000000080015, 0x0000001400000020, 0x0000000002000015,
        0x0000001000000020, 0x0000000800040015, 0x0000001400000020, 0x000000000c000015, 0x0000001000000020, 0x000000000a000015,
        0x7fff000000000006, 0x400000288a000015, 0x0000000000000020, 0x000000bc00320035, 0x00000056001c0035, 0x00000033000e0035,
        0x0000001500050035, 0x0000001100030035, 0x0000000700010015, 0x0000000d80000015, 0x0005000100000006, 0x000000137f7e0035,
        0x0000001b00020035, 0x000000177d000035, 0x000000197b7c0015, 0x0000002400020035, 0x0000001d00790015, 0x0000002179780015,
        0x0000002c00780015, 0x0000003076770015, 0x0000004300050035, 0x0000003a00020035, 0x0000003674000035, 0x0000003872730015,
        0x0000003c72000035, 0x0000003e70710015, 0x0000004800010035, 0x000000466f6e0035, 0x0000004d00010035, 0x0000004b6d6c0015,
        0x0000004f006c0015, 0x00000052006b0015, 0x00000054696a0015, 0x0000007900090035, 0x0000006800030035, 0x0000005b67000035,
        0x0000006500660035, 0x0000006264650015, 0x0000007600030035, 0x0000006d62000035, 0x0000007200610015, 0x0000007461600015,
        0x000000785f5d0035, 0x0000008600040035, 0x0000007f00020035, 0x0000007c005c0035, 0x0000007a5c5b0015, 0x000000845b5a0035,
        0x000000a600030035, 0x0000008a00010035, 0x00000088584b0015, 0x0000009556570015, 0x000000aa00550035, 0x000000a855540015,
        0x0000017c001a0035, 0x0000011200090035, 0x000000e000030035, 0x000000be51000035, 0x000000de00500035, 0x000000da4e4f0015,
        0x0000010000020035, 0x000000fe004d0035, 0x000000f94b4c0015, 0x0000010f004b0035, 0x00000106494a0015, 0x0000014200060035,
        0x0000013a00040035, 0x0000013500020035, 0x0000011900240015, 0x0000012044230015, 0x0000013844430015, 0x0000013f42430035,
        0x0000016d00040035, 0x0000016c00410035, 0x0000015100400015, 0x00000158003f0015, 0x0000015b3d3e0015, 0x0000017a003d0035,
        0x0000016f003c0015, 0x00000173003b0015, 0x00000177393a0015, 0x000001cb000f0035, 0x000001a900060035, 0x0000019000020035,
        0x0000018200360015, 0x0000018434350015, 0x0000019500010035, 0x0000019333320015, 0x0000019f31320015, 0x000001ba00040035,
        0x000001b230000035, 0x000001b3000c0015, 0x000001b6002e0015, 0x000001b82c2d0015, 0x000001bc2c000035, 0x000001bf002b0015,
        0x000001c2292a0015, 0x000f000300030035, 0x000001d300010035, 0x000001ce27260035, 0x000f000126250035, 0x000f000600010035,
        0x000f000524230035, 0xffffffff00230035, 0x0005002600000006, 0x0000001000000020, 0xfffffff000000054, 0x00000030001e0015,
        0x0000001000000020, 0xfffffffc00000054, 0x0000002c001b0015, 0x0000001000000020, 0xfffffffe00000054, 0x0000002a00180015,
        0x0000001000000020, 0x0000002900160015, 0x0000001000000020, 0x0000002700140015, 0x0000001000000020, 0xfffffffe00000054,
        0x0000002400110015, 0x0000001000000020, 0xfffffffc00000054, 0x00000020000e0015, 0x0000001000000020, 0xffffffe00c0d0045,
        0x0000001000000020, 0xffffffff000a0015, 0x0000001000000020, 0x0002000800080015, 0x0000001000000020, 0x0002000000060015,
        0x0000001000000020, 0x0000000800040015, 0x0000001000000020, 0x0000000003020015, 0x0000001000000020, 0x7e02000000010045,
        0x7fff000000000006, 0x0005000100000006, 0x0000000000000006,
    ];
}
