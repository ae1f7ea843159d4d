using System.Globalization;
using System.Text;
using PSContainer.State;

namespace PSContainer.Runtime.Verbs;

/// <summary><c>list</c>: all containers of the state directory, as a table or as JSON.</summary>
internal static class ListVerb
{
    public static readonly Syntax Syntax = new("list", "", "show all containers of the state directory",
        new Option("format", "table or json", "FORMAT", 'f'),
        new Option("quiet", "show ids only", Short: 'q'))
    { MostWords = 0 };

    public static int Run(GlobalOptions options)
    {
        var line = new CommandLine(Syntax, options.VerbArguments);
        List<string> ids = [.. options.Store.List().Order(StringComparer.Ordinal)];
        string format = line.Value("format") ?? "table";
        if (format is not ("table" or "json"))
            throw new UsageException($"invalid format option: --format {format} is neither table nor json");
        if (line.Has("quiet"))
            OutputText.Write(string.Concat(ids.Select(id => id + "\n")));
        else if (format == "json")
            WriteJson(options.Store, ids);
        else
            OutputText.Write(Table(options.Store, ids));
        return 0;
    }

    private static void WriteJson(StateStore store, List<string> ids) => OutputText.WriteJson(
        json =>
        {
            json.WriteStartArray();
            foreach (string id in ids)
                StateVerb.Write(json, store, id);
            json.WriteEndArray();
        },
        isIndented: false);

    private static string Table(StateStore store, List<string> ids)
    {
        var rows = new List<string[]> { new[] { "ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER" } };
        foreach (string id in ids)
        {
            ContainerState? state = store.Read(id);
            ContainerStatus status = store.StatusOf(id, state);
            int pid = ContainerWord.IsAlive(status) ? state!.Pid : 0;
            rows.Add(
            [
                id, pid.ToString(CultureInfo.InvariantCulture), StatusWord.Of(status), state?.Bundle ?? "",
                state?.Created.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture)
                    ?? "", StateVerb.OwnerOf(store, id),
            ]);
        }
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length))];
        var text = new StringBuilder();
        foreach (string[] row in rows)
            text.AppendLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        return text.ToString();
    }
}
