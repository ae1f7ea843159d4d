namespace PSContainer.Programs;

/// <summary>A program and its arguments, to be started by whoever owns the terminal and the streams.</summary>
/// <param name="Path">Absolute path of the program.</param>
/// <param name="Arguments">argv without argv[0].</param>
public sealed record NativeCommand(string Path, IReadOnlyList<string> Arguments);
