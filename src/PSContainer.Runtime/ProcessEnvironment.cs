using System.Globalization;
using PSContainer.Rooted;
using PSContainer.Spec;
using PSContainer.Users;

namespace PSContainer.Runtime;

/// <summary>
/// The environment as a process gets it: each name once, the last value given; and a HOME, where none or an empty one is given,
/// as the container's passwd file has it for the user, else <c>/</c>.
/// </summary>
/// <remarks>No specification asks for it; all runtimes do it, and images rely on it.</remarks>
internal static class ProcessEnvironment
{
    private const string Home = "HOME=";

    /// <summary>The process with that environment.</summary>
    /// <param name="process">The process.</param>
    /// <param name="root">The container's root directory as the host sees it; where there is none yet, no HOME is added.</param>
    public static ProcessSpec Complete(ProcessSpec process, string root)
    {
        IReadOnlyList<string> given = process.Env ?? [];
        List<string> variables = WithoutRepeats(given);
        int home = IndexOfHome(variables);
        bool needsHome = (home < 0 || variables[home].Length == Home.Length) && Directory.Exists(root);
        if (!needsHome)
            return variables.Count == given.Count ? process : process with { Env = variables };
        if (home >= 0)
            variables.RemoveAt(home);
        variables.Add(Home + FindHome(root, process.User?.Uid ?? 0));
        return process with { Env = variables };
    }

    private static int IndexOfHome(List<string> variables)
    {
        for (int i = 0; i < variables.Count; i++)
        {
            if (variables[i].StartsWith(Home, StringComparison.Ordinal))
                return i;
        }
        return -1;
    }

    // Compared one with another: an environment is short, and the first set of a process costs more than that.
    private static List<string> WithoutRepeats(IReadOnlyList<string> given)
    {
        var kept = new List<string>(given.Count + 1);
        for (int i = 0; i < given.Count; i++)
        {
            bool isLast = true;
            for (int later = i + 1; later < given.Count && isLast; later++)
                isLast = !NameOf(given[i]).SequenceEqual(NameOf(given[later]));
            if (isLast)
                kept.Add(given[i]);
        }
        return kept;
    }

    private static ReadOnlySpan<char> NameOf(string variable)
    {
        int equals = variable.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? variable : variable.AsSpan(0, equals);
    }

    private static string FindHome(string root, uint uid)
    {
        try
        {
            using RootedDirectory directory = RootedDirectory.OpenHost(root);
            return PasswdFile.Resolve(directory, uid.ToString(CultureInfo.InvariantCulture)).Home;
        }
        catch (ContainerException)
        {
            // A passwd file that cannot be read is as good as none.
            return "/";
        }
    }
}
