using System.Runtime.InteropServices;

namespace PSContainer.Kernel;

/// <summary>
/// posix_spawn(3): the C library starts the program from a process that shares the caller's memory for a moment, so the cost does
/// not grow with the caller, and no managed code runs in between.
/// </summary>
public static unsafe class PosixSpawn
{
    private const short POSIX_SPAWN_SETSIGDEF = 0x04, POSIX_SPAWN_SETSIGMASK = 0x08, POSIX_SPAWN_SETSID = 0x80;

    // Above the size of posix_spawnattr_t (336), posix_spawn_file_actions_t (80) and sigset_t (128) of glibc and musl.
    private const int AttributesSize = 512, ActionsSize = 128, SignalSetSize = 128;

    /// <summary>Starts a program with every signal's default action and none blocked.</summary>
    /// <param name="path">Path of the program; without a slash it is searched for in PATH.</param>
    /// <param name="arguments">The arguments, the program's name first, ended by a null pointer.</param>
    /// <param name="environment">The environment, ended by a null pointer.</param>
    /// <param name="descriptors">
    /// Source and target of each descriptor the program gets; sources and targets do not overlap.
    /// </param>
    /// <param name="newSession">Whether it leads a session of its own, setsid(2).</param>
    /// <param name="directory">Its working directory, or a null pointer for the caller's.</param>
    /// <param name="closesOthers">Whether descriptors from 3 on that no target names are closed.</param>
    /// <returns>The pid, or a negated error number.</returns>
    public static int Start(
        byte* path, byte** arguments, byte** environment, ReadOnlySpan<(int Source, int Target)> descriptors, bool newSession,
        byte* directory = null, bool closesOthers = false)
    {
        byte* attributes = stackalloc byte[AttributesSize];
        byte* actions = stackalloc byte[ActionsSize];
        byte* signals = stackalloc byte[SignalSetSize];
        posix_spawnattr_init(attributes);
        posix_spawn_file_actions_init(actions);
        try
        {
            new Span<byte>(signals, SignalSetSize).Clear();
            posix_spawnattr_setsigmask(attributes, signals);
            // Not by sigfillset, which leaves out the two signals that C libraries keep for themselves: they would be ignored.
            new Span<byte>(signals, SignalSetSize).Fill(0xFF);
            posix_spawnattr_setsigdefault(attributes, signals);
            int session = newSession ? POSIX_SPAWN_SETSID : 0;
            posix_spawnattr_setflags(attributes, (short)(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | session));
            foreach ((int source, int target) in descriptors)
            {
                int added = posix_spawn_file_actions_adddup2(actions, source, target);
                if (added != 0)
                    return -added;
            }
            if (directory != null && posix_spawn_file_actions_addchdir_np(actions, directory) is not 0 and var refused)
                return -refused;
            if (closesOthers)
                CloseFrom(actions, FirstAfter(descriptors));
            int pid;
            int error = posix_spawnp(&pid, path, actions, attributes, arguments, environment);
            return error == 0 ? pid : -error;
        }
        finally
        {
            posix_spawn_file_actions_destroy(actions);
            posix_spawnattr_destroy(attributes);
        }
    }

    private static int FirstAfter(ReadOnlySpan<(int Source, int Target)> descriptors)
    {
        int first = 3;
        foreach ((_, int target) in descriptors)
            first = Math.Max(first, target + 1);
        return first;
    }

    // Before glibc 2.34 there is no such action; .NET's own descriptors are all close-on-exec in any case.
    private static void CloseFrom(byte* actions, int first)
    {
        try
        {
            posix_spawn_file_actions_addclosefrom_np(actions, first);
        }
        catch (EntryPointNotFoundException)
        {
        }
    }

    [DllImport("libc")]
    private static extern int posix_spawn_file_actions_addclosefrom_np(byte* actions, int first);

    [DllImport("libc")]
    private static extern int posix_spawnattr_init(byte* attributes);

    [DllImport("libc")]
    private static extern int posix_spawnattr_destroy(byte* attributes);

    [DllImport("libc")]
    private static extern int posix_spawnattr_setflags(byte* attributes, short flags);

    [DllImport("libc")]
    private static extern int posix_spawnattr_setsigmask(byte* attributes, byte* signals);

    [DllImport("libc")]
    private static extern int posix_spawnattr_setsigdefault(byte* attributes, byte* signals);

    [DllImport("libc")]
    private static extern int posix_spawn_file_actions_init(byte* actions);

    [DllImport("libc")]
    private static extern int posix_spawn_file_actions_destroy(byte* actions);

    [DllImport("libc")]
    private static extern int posix_spawn_file_actions_adddup2(byte* actions, int source, int target);

    [DllImport("libc")]
    private static extern int posix_spawn_file_actions_addchdir_np(byte* actions, byte* directory);

    [DllImport("libc")]
    private static extern int posix_spawnp(
        int* pid, byte* path, byte* actions, byte* attributes, byte** arguments, byte** environment);
}
