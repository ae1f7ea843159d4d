namespace PSContainer.Bench;

/// <summary>An OCI runtime and its state directory.</summary>
internal sealed record OciRuntime(string Name, string Path, string Root)
{
    /// <summary>Ours first, then those of the machine.</summary>
    public static IReadOnlyList<OciRuntime> All(Setup setup)
    {
        List<OciRuntime> all = [new("pscontainer", setup.Runtime, System.IO.Path.Combine(setup.Work, "life-pscontainer"))];
        foreach (string name in new[] { "crun", "runc" })
        {
            if (Contestant.FindOnPath(name) is { } path)
                all.Add(new OciRuntime(name, path, System.IO.Path.Combine(setup.Work, $"life-{name}")));
        }
        return all;
    }

    /// <summary>The whole command line of a command.</summary>
    public string[] Arguments(params string[] command) => [Path, "--root", Root, .. command];
}
