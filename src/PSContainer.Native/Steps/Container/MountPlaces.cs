using PSContainer.Freestanding;

namespace PSContainer.Steps.Container;

/// <summary>A mount that later steps look below.</summary>
internal unsafe struct MountPlace
{
    /// <summary><see cref="Fd"/> of one that is not made yet.</summary>
    public const int NotMade = -1;

    /// <summary><see cref="Fd"/> of one that is found by its path like any other place.</summary>
    public const int Unkept = -2;

    /// <summary>Its destination: the text of the operation that makes it.</summary>
    public byte* Path;

    /// <summary>The mount, O_PATH.</summary>
    public int Fd;
}

/// <summary>
/// The mounts that were made, by their destinations. Whoever shares the root filesystem can move the directory that a mount is on,
/// and the mount with it: what was meant for /proc/sys would then cover a directory of his. So what is below a mount is found
/// from the mount itself.
/// </summary>
internal static unsafe class MountPlaces
{
    // More would run into the limit of open files of a configuration with thousands of mounts.
    private const int MostKept = 256;

    /// <summary>Takes over a mount that is in its place now.</summary>
    public static void Take(ChildContext* context, byte* destination, int mount)
    {
        ChildProgram* program = context->Program;
        for (int i = 0; i < program->PlaceCount; i++)
        {
            if (program->Places[i].Path != destination)
                continue;
            program->Places[i].Fd = i < MostKept ? mount : MountPlace.Unkept;
            if (i < MostKept)
                return;
        }
        Raw.Close(mount);
    }

    /// <summary>The mount that a path leads into: of those on the way the one that was made last.</summary>
    /// <param name="context">The child.</param>
    /// <param name="path">An absolute path inside the container.</param>
    /// <param name="rest">The path from there; empty for the mount itself.</param>
    /// <returns>Its descriptor, which stays the table's, or a negative number.</returns>
    public static int Find(ChildContext* context, byte* path, byte** rest)
    {
        ChildProgram* program = context->Program;
        for (int i = program->PlaceCount - 1; i >= 0; i--)
        {
            if (program->Places[i].Fd == MountPlace.NotMade)
                continue;
            *rest = Below(program->Places[i].Path, path);
            if (*rest != null)
                return program->Places[i].Fd;
        }
        return MountPlace.NotMade;
    }

    /// <summary>Closes them all.</summary>
    public static void LetGo(ChildContext* context)
    {
        ChildProgram* program = context->Program;
        for (int i = 0; i < program->PlaceCount; i++)
            Raw.Close(program->Places[i].Fd);
        program->PlaceCount = 0;
    }

    // Name by name, whatever slashes are between them.
    private static byte* Below(byte* place, byte* path)
    {
        while (true)
        {
            while (*place == (byte)'/')
                place++;
            while (*path == (byte)'/')
                path++;
            if (*place == 0)
                return path;
            for (; *place is not (0 or (byte)'/'); place++, path++)
            {
                if (*place != *path)
                    return null;
            }
            if (*path is not (0 or (byte)'/'))
                return null;
        }
    }
}
