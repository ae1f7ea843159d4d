namespace PSContainer.Kernel;

/// <summary>Signals with their numbers on x86-64 and arm64, signal(7). A real-time signal is a number from 34 to 64.</summary>
public enum Signal
{
    /// <summary>Hangup; daemons often read their configuration again.</summary>
    Hup = 1,

    /// <summary>Interrupt from the keyboard, Ctrl+C.</summary>
    Int = 2,

    /// <summary>Quit from the keyboard, Ctrl+\; dumps core.</summary>
    Quit = 3,

    /// <summary>Illegal instruction.</summary>
    Ill = 4,

    /// <summary>Trace or breakpoint trap.</summary>
    Trap = 5,

    /// <summary>abort(3).</summary>
    Abrt = 6,

    /// <summary>Bus error.</summary>
    Bus = 7,

    /// <summary>Erroneous arithmetic.</summary>
    Fpe = 8,

    /// <summary>End at once; cannot be caught.</summary>
    Kill = 9,

    /// <summary>Free for programs.</summary>
    Usr1 = 10,

    /// <summary>Invalid memory reference.</summary>
    Segv = 11,

    /// <summary>Free for programs.</summary>
    Usr2 = 12,

    /// <summary>Write to a pipe without readers.</summary>
    Pipe = 13,

    /// <summary>alarm(2).</summary>
    Alrm = 14,

    /// <summary>End, please.</summary>
    Term = 15,

    /// <summary>Stack fault of a coprocessor; unused.</summary>
    Stkflt = 16,

    /// <summary>A child stopped or ended.</summary>
    Chld = 17,

    /// <summary>Continue if stopped.</summary>
    Cont = 18,

    /// <summary>Stop; cannot be caught.</summary>
    Stop = 19,

    /// <summary>Stop from the keyboard, Ctrl+Z.</summary>
    Tstp = 20,

    /// <summary>Terminal input for a background process.</summary>
    Ttin = 21,

    /// <summary>Terminal output of a background process.</summary>
    Ttou = 22,

    /// <summary>Urgent data on a socket.</summary>
    Urg = 23,

    /// <summary>CPU time limit exceeded.</summary>
    Xcpu = 24,

    /// <summary>File size limit exceeded.</summary>
    Xfsz = 25,

    /// <summary>Virtual timer.</summary>
    Vtalrm = 26,

    /// <summary>Profiling timer.</summary>
    Prof = 27,

    /// <summary>The window was resized.</summary>
    Winch = 28,

    /// <summary>I/O is possible.</summary>
    Io = 29,

    /// <summary>Power failure; some inits shut down cleanly.</summary>
    Pwr = 30,

    /// <summary>Bad system call.</summary>
    Sys = 31,
}
