namespace PSContainer.Logs;

/// <summary>A log and the one set aside before it, as one text. Each stays readable whatever name it gets.</summary>
internal sealed class LogFiles : IDisposable
{
    private readonly List<LogInput> _files = [];
    private int _current;

    /// <summary>The files, oldest first.</summary>
    public IReadOnlyList<LogInput> Files => _files;

    /// <summary>The newest file's inode number, 0 when there is none.</summary>
    public ulong NewestIdentity => _files.Count > 0 ? _files[^1].Identity : 0;

    /// <summary>Opens what there is.</summary>
    public static LogFiles Open(string path)
    {
        LogFiles files = new();
        for (int attempt = 0; attempt < 10; attempt++)
        {
            LogInput? newest = LogInput.Open(path);
            LogInput? older = LogInput.Open(path + ".1");
            bool wasRotated = newest is null ? older is not null : newest.Identity == older?.Identity;
            if (wasRotated && attempt < 9)
            {
                newest?.Dispose();
                older?.Dispose();
                continue;
            }
            if (older is not null)
                files._files.Add(older);
            if (newest is not null && newest.Identity != older?.Identity)
                files._files.Add(newest);
            break;
        }
        return files;
    }

    /// <summary>The next line that is complete.</summary>
    /// <returns>The line, or <see langword="null"/> when there is none yet.</returns>
    public ContainerLogEntry? Next(LogJoiner joiner)
    {
        while (_current < _files.Count)
        {
            while (_files[_current].TryReadLine(out ReadOnlySpan<byte> line))
            {
                if (LogRecord.TryParse(line, out LogRecord record) && joiner.Add(record) is { } entry)
                    return entry;
            }
            if (_current == _files.Count - 1)
                return null;
            _current++;
        }
        return null;
    }

    /// <summary>Begins reading at a place.</summary>
    public void Seek(int file, long offset)
    {
        _current = file;
        for (int i = file; i < _files.Count; i++)
            _files[i].Seek(i == file ? offset : 0);
    }

    /// <summary>Goes on to a log that took the place of the newest.</summary>
    /// <returns>Whether there is more to be read.</returns>
    public bool Advance(string path)
    {
        ulong identity = LogInput.IdentityOf(path);
        if (identity == 0 || identity == NewestIdentity)
            return false;
        LogFiles now = Open(path);
        foreach (LogInput file in now._files)
        {
            // For a slow reader the file after its own is set aside already: then both are new to it.
            if (_files.Exists(known => known.Identity == file.Identity))
                file.Dispose();
            else
                _files.Add(file);
        }
        for (; _current > 0; _current--)
        {
            _files[0].Dispose();
            _files.RemoveAt(0);
        }
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (LogInput file in _files)
            file.Dispose();
    }
}
