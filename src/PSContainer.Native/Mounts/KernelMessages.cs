using System.Text;
using PSContainer.Kernel;
using PSContainer.Rooted;

namespace PSContainer.Mounts;

/// <summary>
/// What the kernel has to say about a filesystem that is being made: read from its descriptor, a message a read.
/// </summary>
internal static class KernelMessages
{
    /// <summary>All of them, as a sentence each with a blank before it.</summary>
    internal static string Read(FileHandle? fs)
    {
        var said = new StringBuilder();
        Span<byte> message = stackalloc byte[1024];
        // Each begins with a letter for how serious it is, and a blank.
        for (nint length; fs is { Fd: >= 0 } && (length = Files.read(fs.Fd, message)) > 2;)
            said.Append($" The kernel says: {PathBytes.Describe(message[2..(int)length].TrimEnd((byte)'\n'))}.");
        return said.ToString();
    }
}
