namespace PSContainer.Runtime;

/// <summary>Which messages are written: those of a level and of the ones before it.</summary>
internal enum LogLevel
{
    /// <summary>What failed.</summary>
    Error,

    /// <summary>What failed without the command failing, and what was left out.</summary>
    Warning,

    /// <summary>Each step.</summary>
    Debug,
}
