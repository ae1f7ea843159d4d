using System.Buffers.Binary;
using PSContainer.Kernel;
using PSContainer.Trees;

namespace PSContainer.Security.Seccomp;

/// <summary>A compiled filter in a file: sizes, flags and a check sum, the specification's text, the program.</summary>
internal static class SeccompCacheFile
{
    private const string CacheName = ".cache", FiltersName = "seccomp";
    private const int HeaderSize = 32;
    private const int LargestSize = 1 << 20;
    private const uint WritableByOthers = 0x12, FileType = 0xF000, RegularFile = 0x8000, DirectoryType = 0x4000;

    private static ReadOnlySpan<byte> Magic => "psc-scmp"u8;

    /// <summary>The name of the file that a text belongs in.</summary>
    public static string NameOf(ReadOnlySpan<byte> text) => Hash(text).ToString("x16");

    /// <summary>Where the files are.</summary>
    public static string DirectoryOf(string stateRoot) => Path.Combine(stateRoot, CacheName, FiltersName);

    /// <summary>Reads a program.</summary>
    /// <returns>It, or <see langword="null"/> when the file is missing, not to be trusted, damaged or for another text.</returns>
    public static SeccompProgram? Read(string stateRoot, ReadOnlySpan<byte> text)
    {
        using FileHandle? directory = OpenDirectory(stateRoot);
        if (directory is null)
            return null;
        int flags = Files.O_RDONLY | Files.O_NONBLOCK | Files.O_NOFOLLOW;
        using FileHandle? file = OpenTrusted(directory.Fd, NameOf(text), flags, RegularFile);
        if (file is null)
            return null;
        byte[] content = new byte[HeaderSize + text.Length + (SeccompCalls.BPF_MAXINSNS * SeccompProgram.InstructionSize)];
        int length = 0;
        while (length < content.Length)
        {
            nint got = Files.read(file.Fd, content.AsSpan(length));
            if (got < 0)
                return null;
            if (got == 0)
                return Parse(content.AsSpan(0, length), text);
            length += (int)got;
        }
        return null;
    }

    /// <summary>Writes a program, if it can be: the cache is worth no failure.</summary>
    public static void TryWrite(string stateRoot, ReadOnlySpan<byte> text, SeccompProgram program)
    {
        byte[] content = new byte[HeaderSize + text.Length + program.Instructions.Length];
        if (content.Length > LargestSize)
            return;
        text.CopyTo(content.AsSpan(HeaderSize));
        program.Instructions.CopyTo(content, HeaderSize + text.Length);
        Magic.CopyTo(content);
        BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(8), text.Length);
        BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(12), program.Instructions.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(16), program.Flags);
        BinaryPrimitives.WriteUInt64LittleEndian(content.AsSpan(24), Hash(content.AsSpan(HeaderSize)));
        try
        {
            string directory = DirectoryOf(stateRoot);
            PrivateDirectory.Make(directory);
            using FileHandle? trusted = OpenDirectory(stateRoot);
            if (trusted is not null)
                AtomicFile.Write(Path.Combine(directory, NameOf(text)), content);
        }
        catch (Exception error) when (error is ContainerException or IOException or UnauthorizedAccessException)
        {
            // A full disk or a read-only root: the next start compiles again.
        }
    }

    private static SeccompProgram? Parse(ReadOnlySpan<byte> content, ReadOnlySpan<byte> text)
    {
        if (content.Length < HeaderSize || !content.StartsWith(Magic))
            return null;
        int textLength = BinaryPrimitives.ReadInt32LittleEndian(content[8..]);
        int programLength = BinaryPrimitives.ReadInt32LittleEndian(content[12..]);
        if (textLength != text.Length || programLength <= 0 || programLength % SeccompProgram.InstructionSize != 0)
            return null;
        ReadOnlySpan<byte> body = content[HeaderSize..];
        // The sum is against a disk that lost a part of the file, not against people: whose file it is decides on them.
        ulong sum = BinaryPrimitives.ReadUInt64LittleEndian(content[24..]);
        if (body.Length != (long)textLength + programLength || Hash(body) != sum)
            return null;
        return body[..textLength].SequenceEqual(text)
            ? new SeccompProgram(body[textLength..].ToArray(), BinaryPrimitives.ReadUInt32LittleEndian(content[16..]))
            : null;
    }

    /// <summary>Opens the directory of the files: nobody else may be able to put one there, not even one of ours.</summary>
    private static FileHandle? OpenDirectory(string stateRoot)
    {
        int flags = Files.O_PATH | Files.O_DIRECTORY;
        using FileHandle? root = OpenTrusted(Files.AT_FDCWD, stateRoot, flags, DirectoryType);
        if (root is null)
            return null;
        using FileHandle? cache = OpenTrusted(root.Fd, CacheName, flags | Files.O_NOFOLLOW, DirectoryType);
        return cache is null ? null : OpenTrusted(cache.Fd, FiltersName, flags | Files.O_NOFOLLOW, DirectoryType);
    }

    /// <summary>Opens what is ours and nobody else can write.</summary>
    private static FileHandle? OpenTrusted(int directory, string path, int flags, uint type)
    {
        nint fd = Files.openat(directory, path, flags | Files.O_CLOEXEC);
        if (fd < 0)
            return null;
        var handle = new FileHandle((int)fd);
        nint result = Files.statx(handle.Fd, "", Files.AT_EMPTY_PATH, Files.STATX_BASIC_STATS, out Files.statx_data data);
        bool ours = result == 0 && data.stx_uid == Files.geteuid() && (data.stx_mode & WritableByOthers) == 0;
        if (ours && (data.stx_mode & FileType) == type)
            return handle;
        handle.Dispose();
        return null;
    }

    /// <summary>FNV-1a over eight bytes at a time.</summary>
    private static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        const ulong prime = 0x0000_0100_0000_01B3;
        ulong hash = 0xcbf2_9ce4_8422_2325;
        while (bytes.Length >= 8)
        {
            hash = (hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes)) * prime;
            // A product carries its bits upwards only: bring some of them down.
            hash ^= hash >> 29;
            bytes = bytes[8..];
        }
        foreach (byte last in bytes)
            hash = (hash ^ last) * prime;
        return hash ^ (hash >> 32);
    }
}
