using PSContainer.Spec;

namespace PSContainer.Security.Seccomp;

/// <summary>Keeps compiled filters below the state root, since people start the same container many times.</summary>
/// <remarks>
/// A file holds the specification's whole text beside the program, and only an equal text is a hit: two specifications whose
/// short hashes, the file's name, are equal cost each other a compilation and nothing else. What another user owns or could have
/// written is not read. Whatever is wrong with the cache, the answer is a compilation.
/// </remarks>
public static class SeccompCache
{
    /// <summary>The compiled filter of a specification, from the cache where it can be.</summary>
    /// <param name="spec">The specification.</param>
    /// <param name="stateRoot">The directory of all containers' state; the cache is in <c>.cache/seccomp</c> below it.</param>
    /// <exception cref="InvalidSpecException">A word is wrong, or rules contradict each other or are too many.</exception>
    public static SeccompProgram Get(SeccompSpec spec, string stateRoot)
    {
        SeccompArchitecture native = SeccompArchitectures.Native;
        if (SeccompText.Write(spec, native) is not { } text)
            return SeccompProgram.Compile(spec);
        if (text.AsSpan().SequenceEqual(DefaultSeccompProgram.Text))
            return DefaultSeccompProgram.Create();

        if (SeccompCacheFile.Read(stateRoot, text) is { } cached)
            return cached;
        SeccompProgram program = SeccompProgram.Compile(spec);
        SeccompCacheFile.TryWrite(stateRoot, text, program);
        return program;
    }
}
