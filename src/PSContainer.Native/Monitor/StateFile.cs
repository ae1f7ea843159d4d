using System.Runtime.CompilerServices;
using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Monitor;

/// <summary>Small files of the state directory, by its descriptor: it may be renamed or gone.</summary>
[SkipLocalsInit]
internal static unsafe class StateFile
{
    private const int LOCK_SH = 1;
    private const int LOCK_EX = 2;
    private const int LOCK_NB = 4;
    private const int LOCK_UN = 8;

    /// <summary>Reads a small file.</summary>
    /// <returns>Bytes read, without the zero byte that follows them, or a negated error number.</returns>
    public static nint Read(int directory, byte* name, byte* buffer, int capacity)
    {
        int file = Raw.Open(directory, name, Files.O_RDONLY | Files.O_CLOEXEC);
        if (file < 0)
            return file;
        nint length = Raw.Read(file, buffer, capacity - 1);
        Raw.Close(file);
        if (length >= 0)
            buffer[length] = 0;
        return length;
    }

    /// <inheritdoc cref="Read(int, byte*, byte*, int)"/>
    public static nint Read(int directory, ReadOnlySpan<byte> name, byte* buffer, int capacity)
    {
        fixed (byte* start = name)
            return Read(directory, start, buffer, capacity);
    }

    /// <summary>The length of a file, at most 4095; 0 of one that is not there.</summary>
    public static nint Size(int directory, ReadOnlySpan<byte> name)
    {
        const int Capacity = 4096;
        byte* content = stackalloc byte[Capacity];
        nint length = Read(directory, name, content, Capacity);
        return length < 0 ? 0 : length;
    }

    /// <summary>Appends one byte to a file, and makes it where there is none.</summary>
    public static void Append(int directory, ReadOnlySpan<byte> name, byte value)
    {
        int file = Raw.Open(directory, name, Files.O_WRONLY | Files.O_CREAT | Files.O_APPEND | Files.O_NOFOLLOW | Files.O_CLOEXEC, 0x180);
        if (file < 0)
            return;
        Raw.WriteAll(file, &value, 1);
        Raw.Close(file);
    }

    /// <summary>Removes a file; one that is not there is no failure.</summary>
    public static void Remove(int directory, ReadOnlySpan<byte> name)
    {
        fixed (byte* start = name)
            Raw.Call(SyscallNumber.unlinkat, directory, (nint)start, 0);
    }

    /// <summary>Writes a file under a temporary name and renames it: a reader sees all of it or none.</summary>
    public static nint Replace(int directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> temporary, byte* content, nint length)
    {
        int file = Raw.Open(
            directory, temporary, Files.O_WRONLY | Files.O_CREAT | Files.O_TRUNC | Files.O_NOFOLLOW | Files.O_CLOEXEC, 0x180);
        if (file < 0)
            return file;
        nint result = Raw.WriteAll(file, content, length);
        if (result == 0)
            result = Raw.Call(SyscallNumber.fsync, file);
        Raw.Close(file);
        fixed (byte* from = temporary)
        fixed (byte* to = name)
        {
            if (result == 0)
                result = Raw.Call(SyscallNumber.renameat, directory, (nint)from, directory, (nint)to);
            if (result != 0)
                Raw.Call(SyscallNumber.unlinkat, directory, (nint)from, 0);
        }
        return result;
    }

    /// <summary>Takes the lock that says a monitor lives, and puts this process's pid into its file.</summary>
    /// <returns>The descriptor that holds the lock, or a negated error number; <c>EAGAIN</c>: another monitor has it.</returns>
    public static int Lock(int directory)
    {
        int file = Raw.Open(directory, "monitor"u8, Files.O_RDWR | Files.O_CREAT | Files.O_NOFOLLOW | Files.O_CLOEXEC, 0x180);
        if (file < 0)
            return file;
        nint result = TakeLock(file);
        if (result != 0)
        {
            Raw.Close(file);
            return (int)result;
        }
        byte* memory = stackalloc byte[32];
        TextBuffer text = new(memory, 32);
        text.Append(Raw.Call(SyscallNumber.getpid));
        text.Append("\n"u8);
        Raw.Call(SyscallNumber.ftruncate, file, 0);
        Raw.WriteAll(file, text.Start, text.Length);
        return file;
    }

    // Whoever asks whether a monitor lives shares the lock for a moment, which is long where the machine is busy.
    private static nint TakeLock(int file)
    {
        const int Attempts = 5000, PerMonitor = 100, Pause = 2_000_000;
        nint result = 0;
        for (int attempt = 0; attempt < Attempts;)
        {
            result = Raw.Retry(SyscallNumber.flock, file, LOCK_EX | LOCK_NB);
            if (result != -Errno.EAGAIN)
                return result;
            bool isShared = Raw.Retry(SyscallNumber.flock, file, LOCK_SH | LOCK_NB) == 0;
            if (isShared)
                Raw.Call(SyscallNumber.flock, file, LOCK_UN);
            attempt += isShared ? 1 : PerMonitor;
            KernelTime pause = default;
            pause.Nanoseconds = Pause;
            Raw.Call(SyscallNumber.nanosleep, (nint)(&pause));
        }
        return result;
    }
}
