using System.Runtime.CompilerServices;
using PSContainer.Freestanding;
using PSContainer.Kernel;

namespace PSContainer.Runtime;

/// <summary>
/// Runs the process from an executable that cannot be written to, whoever opens <c>/proc/PID/exe</c> (CVE-2019-5736): a detached
/// read-only mount of its file, or a sealed copy in memory for callers who may not mount.
/// </summary>
/// <remarks>
/// <c>/proc/self/exe</c> is then that protected file, so an init that is executed from there is protected too.
/// </remarks>
[SkipLocalsInit]
internal static unsafe class SelfProtection
{
    private const int OPEN_TREE_CLONE = 1;
    private const int ST_RDONLY = 1;
    private const int MOUNT_ATTR_RDONLY = 1;
    private const int MFD_CLOEXEC = 1;
    private const int MFD_ALLOW_SEALING = 2;
    private const int MFD_EXEC = 0x10;
    private const int F_ADD_SEALS = 1033;
    private const int F_GET_SEALS = 1034;
    private const int AllSeals = 0xf; // seal, shrink, grow, write
    private const int W_OK = 2;

    private struct MountAttributes
    {
        public ulong Set;
        public ulong Clear;
        public ulong Propagation;
        public ulong UserNamespace;
    }

    /// <summary>Executes the program again from a protected file, unless it runs from one.</summary>
    /// <returns>
    /// 0 when it already does or need not; a negated error number when it cannot. Does not return when it executed.
    /// </returns>
    public static nint Enter(byte** arguments, byte** environment)
    {
        int self = Raw.Open(Raw.AtFdCwd, "/proc/self/exe"u8, Files.O_RDONLY | Files.O_CLOEXEC);
        if (self < 0)
            return self;
        nint result = IsProtected(self) || IsOutOfReach(self) ? 0 : Execute(self, arguments, environment);
        Raw.Close(self);
        return result;
    }

    private static bool IsProtected(int self)
    {
        // struct statfs: f_flags at 80.
        byte* information = stackalloc byte[128];
        bool readOnly = Raw.Call(SyscallNumber.fstatfs, self, (nint)information) == 0
            && (*(long*)(information + 80) & ST_RDONLY) != 0;
        nint seals = readOnly ? 0 : Raw.Call(SyscallNumber.fcntl, self, F_GET_SEALS);
        return readOnly || (seals > 0 && (seals & AllSeals) == AllSeals);
    }

    // A user's container has at most that user's rights and those of ids delegated to him: a file of root's that he
    // cannot write needs no copy.
    private static bool IsOutOfReach(int self)
    {
        if (Raw.Call(SyscallNumber.geteuid) == 0)
            return false;
        byte* information = stackalloc byte[Stat.Size];
        return Raw.Call(SyscallNumber.fstat, self, (nint)information) == 0
            && Stat.Owner(information) == 0
            && MayWrite(self) == -Errno.EACCES;
    }

    private static nint MayWrite(int self)
    {
        fixed (byte* empty = "\0"u8)
            return Raw.Call(SyscallNumber.faccessat2, self, (nint)empty, W_OK, Files.AT_EMPTY_PATH);
    }

    private static nint Execute(int self, byte** arguments, byte** environment)
    {
        if (WasExecutedFromDescriptor(environment))
            return -Errno.ELOOP;
        nint file = OpenReadOnlyMount(self);
        if (file < 0)
            file = CopyToSealedMemory(self);
        if (file < 0)
            return file;
        fixed (byte* empty = "\0"u8)
            return Raw.Call(SyscallNumber.execveat, file, (nint)empty, (nint)arguments, (nint)environment, Files.AT_EMPTY_PATH);
    }

    private static nint OpenReadOnlyMount(int self)
    {
        fixed (byte* empty = "\0"u8)
        {
            const int Clone = OPEN_TREE_CLONE | Files.O_CLOEXEC | Files.AT_EMPTY_PATH;
            nint mount = Raw.Call(SyscallNumber.open_tree, self, (nint)empty, Clone);
            if (mount < 0)
                return mount;
            MountAttributes attributes = default;
            attributes.Set = MOUNT_ATTR_RDONLY;
            nint result = Raw.Call(SyscallNumber.mount_setattr,
                mount, (nint)empty, Files.AT_EMPTY_PATH, (nint)(&attributes), sizeof(MountAttributes));
            if (result == 0)
                return mount;
            Raw.Close((int)mount);
            return result;
        }
    }

    private static nint CopyToSealedMemory(int self)
    {
        int copy = OpenMemory();
        if (copy < 0)
            return copy;
        nint result;
        do
            result = Raw.Retry(SyscallNumber.sendfile, copy, self, 0, 1 << 30);
        while (result > 0);
        if (result == 0)
            result = Raw.Call(SyscallNumber.fcntl, copy, F_ADD_SEALS, AllSeals);
        // The kernel executes no file that is open for writing.
        if (result == 0)
            result = OpenAgainForReading(copy);
        Raw.Close(copy);
        return result;
    }

    private static nint OpenAgainForReading(int file)
    {
        byte* memory = stackalloc byte[64];
        TextBuffer path = new(memory, 64);
        path.Append("/proc/self/fd/"u8);
        path.Append(file);
        return Raw.Open(Raw.AtFdCwd, path.Start, Files.O_RDONLY | Files.O_CLOEXEC);
    }

    private static int OpenMemory()
    {
        fixed (byte* name = "pscontainer"u8)
        {
            nint file = Raw.Call(SyscallNumber.memfd_create, (nint)name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
            // Linux before 6.3 does not know MFD_EXEC; there every memfd is executable.
            return (int)(file == -Errno.EINVAL
                ? Raw.Call(SyscallNumber.memfd_create, (nint)name, MFD_CLOEXEC | MFD_ALLOW_SEALING)
                : file);
        }
    }

    // The kernel names a program executed by descriptor so; it guards against executing oneself for ever.
    private static bool WasExecutedFromDescriptor(byte** environment)
    {
        const int AT_EXECFN = 31;
        while (*environment != null)
            environment++;
        for (nint* auxiliary = (nint*)(environment + 1); auxiliary[0] != 0; auxiliary += 2)
        {
            if (auxiliary[0] == AT_EXECFN)
                return Bytes.StartsWith((byte*)auxiliary[1], "/dev/fd/"u8);
        }
        return false;
    }
}
