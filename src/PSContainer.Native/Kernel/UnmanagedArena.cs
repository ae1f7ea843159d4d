using System.Runtime.InteropServices;
using System.Text;

namespace PSContainer.Kernel;

/// <summary>Unmanaged memory that is freed all at once: strings, lists and bytes for a process that may allocate nothing.</summary>
public sealed unsafe class UnmanagedArena : IDisposable
{
    private const int BlockSize = 64 << 10, Alignment = 16;
    private readonly List<nint> _blocks = [];
    private byte* _next;
    private nint _free;

    /// <summary>Memory of this many bytes, all zero, aligned to 16.</summary>
    public byte* Allocate(nint size)
    {
        size = (size + Alignment - 1) & ~(Alignment - 1);
        if (size > _free)
        {
            nint block = Math.Max(size, BlockSize);
            _next = (byte*)NativeMemory.AllocZeroed((nuint)block);
            _blocks.Add((nint)_next);
            _free = block;
        }
        byte* place = _next;
        _next += size;
        _free -= size;
        return place;
    }

    /// <summary>A C string, or a null pointer for a null string.</summary>
    public byte* Text(string? text)
    {
        if (text is null)
            return null;
        int length = Encoding.UTF8.GetByteCount(text);
        byte* place = Allocate(length + 1);
        Encoding.UTF8.GetBytes(text, new Span<byte>(place, length));
        return place;
    }

    /// <summary>C strings, ended by a null pointer; a null pointer for a null list.</summary>
    public byte** TextList(IReadOnlyList<string>? texts)
    {
        if (texts is null)
            return null;
        byte** list = (byte**)Allocate((texts.Count + 1) * sizeof(byte*));
        for (int i = 0; i < texts.Count; i++)
            list[i] = Text(texts[i]);
        return list;
    }

    /// <summary>A copy of bytes, or a null pointer for none.</summary>
    public byte* Bytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return null;
        byte* place = Allocate(bytes.Length);
        bytes.CopyTo(new Span<byte>(place, bytes.Length));
        return place;
    }

    /// <summary>Frees everything.</summary>
    public void Dispose()
    {
        foreach (nint block in _blocks)
            NativeMemory.Free((void*)block);
        _blocks.Clear();
        _free = 0;
    }
}
