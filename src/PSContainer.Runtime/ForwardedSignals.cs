using PSContainer.Freestanding;

namespace PSContainer.Runtime;

/// <summary>The signals that a process in the foreground hands on instead of taking them itself.</summary>
internal static class ForwardedSignals
{
    /// <summary>HUP, INT, QUIT and TERM: these end a start that is under way.</summary>
    public static ulong Ending =>
        Signals.Bit(Signals.SIGHUP) | Signals.Bit(Signals.SIGINT) | Signals.Bit(Signals.SIGQUIT) | Signals.Bit(Signals.SIGTERM);

    /// <summary>HUP, INT, QUIT, USR1, USR2, TERM, CONT and WINCH.</summary>
    public static ulong Set =>
        Ending | Signals.Bit(Signals.SIGUSR1) | Signals.Bit(Signals.SIGUSR2) | Signals.Bit(18) | Signals.Bit(28);
}
