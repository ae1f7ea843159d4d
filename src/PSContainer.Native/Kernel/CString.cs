using System.Runtime.InteropServices;

namespace PSContainer.Kernel;

/// <summary>A zero-terminated UTF-8 copy of a string in unmanaged memory, for as long as a call needs it.</summary>
public readonly unsafe ref struct CString(string? text)
{
    /// <summary>The first byte, or a null pointer for a null string.</summary>
    public byte* Pointer { get; } = (byte*)Marshal.StringToCoTaskMemUTF8(text);

    /// <summary>The pointer as an argument of <see cref="Syscall.Call"/>.</summary>
    public static implicit operator nint(CString text) => (nint)text.Pointer;

    /// <summary>Frees the copy.</summary>
    public void Dispose() => Marshal.FreeCoTaskMem((nint)Pointer);
}
