namespace PSContainer.Kernel;

/// <summary>Operations of prctl(2), linux/prctl.h.</summary>
public static class Prctl
{
    /// <summary>PR_SET_PDEATHSIG.</summary>
    public const int SetParentDeathSignal = 1;

    /// <summary>PR_SET_DUMPABLE.</summary>
    public const int SetDumpable = 4;

    /// <summary>PR_SET_KEEPCAPS.</summary>
    public const int SetKeepCaps = 8;

    /// <summary>PR_CAPBSET_DROP.</summary>
    public const int CapBsetDrop = 24;

    /// <summary>PR_SET_CHILD_SUBREAPER.</summary>
    public const int SetChildSubreaper = 36;

    /// <summary>PR_SET_NO_NEW_PRIVS.</summary>
    public const int SetNoNewPrivs = 38;

    /// <summary>PR_CAP_AMBIENT.</summary>
    public const int CapAmbient = 47;

    /// <summary>PR_CAP_AMBIENT_RAISE.</summary>
    public const int CapAmbientRaise = 2;

    /// <summary>PR_CAP_AMBIENT_CLEAR_ALL.</summary>
    public const int CapAmbientClearAll = 4;
}
