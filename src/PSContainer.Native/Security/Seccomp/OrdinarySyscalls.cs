namespace PSContainer.Security.Seccomp;

/// <summary>
/// The calls that every container may make, by what they are about. A call is here when the kernel itself keeps it within the
/// container: by namespaces, permissions and limits.
/// </summary>
internal static class OrdinarySyscalls
{
    /// <summary>Every group, as names separated by blanks.</summary>
    public static string[] Groups =>
    [
        OpeningFiles,
        Contents,
        Names,
        Attributes,
        Waiting,
        Memory,
        Processes,
        Identity,
        Confinement,
        Scheduling,
        Signals,
        Time,
        Sockets,
        Messages,
    ];

    /// <summary>Opening, closing and duplicating descriptors.</summary>
    private const string OpeningFiles =
        "open openat openat2 creat close close_range dup dup2 dup3 fcntl fcntl64 flock name_to_handle_at memfd_create "
        + "memfd_secret pipe pipe2";

    /// <summary>Reading, writing and moving what files hold.</summary>
    private const string Contents =
        "read readv pread64 preadv preadv2 write writev pwrite64 pwritev pwritev2 lseek _llseek readahead fadvise64 "
        + "fadvise64_64 sendfile sendfile64 splice tee vmsplice copy_file_range truncate truncate64 ftruncate ftruncate64 "
        + "fallocate sync syncfs fsync fdatasync sync_file_range cachestat ioctl";

    /// <summary>Directories, links and the tree of names.</summary>
    private const string Names =
        "chdir fchdir getcwd getdents getdents64 mkdir mkdirat rmdir link linkat symlink symlinkat readlink readlinkat "
        + "rename renameat renameat2 unlink unlinkat mknod mknodat";

    /// <summary>What a file is, whose it is and who may use it.</summary>
    private const string Attributes =
        "stat stat64 lstat lstat64 fstat fstat64 fstatat64 newfstatat statx statfs statfs64 fstatfs fstatfs64 statmount "
        + "listmount access faccessat faccessat2 umask chmod fchmod fchmodat fchmodat2 chown chown32 lchown lchown32 "
        + "fchown fchown32 fchownat utime utimes futimesat utimensat utimensat_time64 getxattr lgetxattr fgetxattr "
        + "getxattrat setxattr lsetxattr fsetxattr setxattrat listxattr llistxattr flistxattr listxattrat removexattr "
        + "lremovexattr fremovexattr removexattrat";

    /// <summary>Waiting for descriptors and for changes of files.</summary>
    private const string Waiting =
        "select _newselect pselect6 pselect6_time64 poll ppoll ppoll_time64 epoll_create epoll_create1 epoll_ctl "
        + "epoll_ctl_old epoll_wait epoll_wait_old epoll_pwait epoll_pwait2 eventfd eventfd2 inotify_init inotify_init1 "
        + "inotify_add_watch inotify_rm_watch fanotify_mark io_setup io_destroy io_submit io_cancel io_getevents "
        + "io_pgetevents io_pgetevents_time64";

    /// <summary>The address space.</summary>
    private const string Memory =
        "brk mmap mmap2 munmap mremap mprotect msync mincore madvise remap_file_pages mseal membarrier map_shadow_stack "
        + "mlock mlock2 munlock mlockall munlockall pkey_alloc pkey_free pkey_mprotect";

    /// <summary>Making, running, naming and ending processes and threads. clone and clone3 have rules of their own.</summary>
    private const string Processes =
        "fork vfork execve execveat exit exit_group wait4 waitid waitpid pidfd_open pidfd_send_signal process_mrelease "
        + "getpid gettid getppid getpgid getpgrp setpgid getsid setsid set_tid_address restart_syscall rseq uretprobe "
        + "get_thread_area set_thread_area get_robust_list set_robust_list prctl";

    /// <summary>Users, groups and capabilities: a container may have several users.</summary>
    private const string Identity =
        "getuid getuid32 geteuid geteuid32 getresuid getresuid32 setuid setuid32 setreuid setreuid32 setresuid "
        + "setresuid32 setfsuid setfsuid32 getgid getgid32 getegid getegid32 getresgid getresgid32 setgid setgid32 "
        + "setregid setregid32 setresgid setresgid32 setfsgid setfsgid32 getgroups getgroups32 setgroups setgroups32 "
        + "capget capset";

    /// <summary>Restricting oneself further.</summary>
    private const string Confinement =
        "seccomp landlock_create_ruleset landlock_add_rule landlock_restrict_self";

    /// <summary>Processors, priorities, limits and what was used.</summary>
    private const string Scheduling =
        "sched_yield getcpu sched_getaffinity sched_setaffinity sched_getattr sched_setattr sched_getparam "
        + "sched_setparam sched_getscheduler sched_setscheduler sched_get_priority_max sched_get_priority_min "
        + "sched_rr_get_interval sched_rr_get_interval_time64 getpriority setpriority ioprio_get ioprio_set getrlimit "
        + "setrlimit ugetrlimit prlimit64 getrusage times sysinfo uname";

    /// <summary>Sending and receiving signals.</summary>
    private const string Signals =
        "kill tkill tgkill rt_sigaction rt_sigprocmask rt_sigpending rt_sigqueueinfo rt_tgsigqueueinfo rt_sigreturn "
        + "rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64 sigaltstack sigprocmask sigreturn signalfd signalfd4 "
        + "pause alarm";

    /// <summary>Reading clocks and setting timers; the kernel itself asks for CAP_SYS_TIME where a clock would change.</summary>
    private const string Time =
        "time gettimeofday clock_gettime clock_gettime64 clock_getres clock_getres_time64 adjtimex clock_adjtime "
        + "clock_adjtime64 nanosleep clock_nanosleep clock_nanosleep_time64 getitimer setitimer timer_create timer_delete "
        + "timer_getoverrun timer_gettime timer_gettime64 timer_settime timer_settime64 timerfd_create timerfd_gettime "
        + "timerfd_gettime64 timerfd_settime timerfd_settime64";

    /// <summary>Sockets but for making them: which families may be made is a rule of its own.</summary>
    private const string Sockets =
        "bind listen accept accept4 connect shutdown getsockname getpeername getsockopt setsockopt "
        + "send sendto sendmsg sendmmsg recv recvfrom recvmsg recvmmsg recvmmsg_time64";

    /// <summary>System V and POSIX communication between processes, and what locks are made of.</summary>
    private const string Messages =
        "ipc shmget shmat shmdt shmctl semget semop semtimedop semtimedop_time64 semctl msgget msgsnd msgrcv msgctl "
        + "mq_open mq_unlink mq_timedsend mq_timedsend_time64 mq_timedreceive mq_timedreceive_time64 mq_notify "
        + "mq_getsetattr futex futex_time64 futex_wait futex_wake futex_waitv futex_requeue getrandom";
}
