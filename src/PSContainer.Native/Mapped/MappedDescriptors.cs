namespace PSContainer.Mapped;

/// <summary>Under which numbers a process with <see cref="MappedWork"/> gets what it works with.</summary>
internal static class MappedDescriptors
{
    /// <summary>An archive.</summary>
    internal const int Input = 0;

    /// <summary>Lines of <see cref="MappedAnswer"/>.</summary>
    internal const int Answers = 1;

    /// <summary>The log of its error.</summary>
    internal const int Log = 3;

    /// <summary>A pipe whose other end is the caller: when that closes, however it ended, the work is given up and undone.</summary>
    internal const int Caller = 4;

    /// <summary>The root of a container.</summary>
    internal const int Root = 5;

    /// <summary>How many from 3 on.</summary>
    internal const int Count = 3;

    /// <summary>Options of the executable that make <see cref="Log"/> its log.</summary>
    internal static string[] LogOptions => ["--log", $"/proc/self/fd/{Log}", "--log-format", "json"];
}
