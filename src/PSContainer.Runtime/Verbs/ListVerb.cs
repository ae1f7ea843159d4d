using System.Text;
using System.Text.Json;
using PSContainer.State;

namespace PSContainer.Runtime.Verbs;

/// <summary><c>list</c>: all containers of the state directory, as a table or as JSON.</summary>
internal static class ListVerb
{
    public static int Run(GlobalOptions options)
    {
        var line = new CommandLine(options.VerbArguments, ["format|f"], ["quiet|q"], words: int.MaxValue);
        if (line.Words.Count > 0)
            throw new UsageException($"'{line.Words[0]}' is one word too many");
        List<string> ids = [.. options.Store.List().Order(StringComparer.Ordinal)];
        string format = line.Value("format") ?? "table";
        if (line.Has("quiet"))
            OutputText.Write(string.Concat(ids.Select(id => id + "\n")));
        else if (format == "json")
            WriteJson(options.Store, ids);
        else if (format == "table")
            OutputText.Write(Table(options.Store, ids));
        else
            throw new UsageException($"--format {format} is neither table nor json");
        return 0;
    }

    private static void WriteJson(StateStore store, List<string> ids)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (string id in ids)
                StateVerb.Write(json, store, id);
            json.WriteEndArray();
        }
        OutputText.Write(buffer.ToArray());
        OutputText.Write("\n");
    }

    private static string Table(StateStore store, List<string> ids)
    {
        var rows = new List<string[]> { new[] { "ID", "PID", "STATUS", "BUNDLE", "CREATED" } };
        foreach (string id in ids)
        {
            ContainerState? state = store.Read(id);
            ContainerStatus status = store.StatusOf(id, state);
            bool isAlive = status is ContainerStatus.Created or ContainerStatus.Running or ContainerStatus.Paused;
            rows.Add([id, $"{(isAlive ? state!.Pid : 0)}", StateVerb.StatusWord(status), state?.Bundle ?? "", $"{state?.Created:yyyy-MM-ddTHH:mm:ssZ}"]);
        }
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        var text = new StringBuilder();
        foreach (string[] row in rows)
            text.AppendLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        return text.ToString();
    }
}
