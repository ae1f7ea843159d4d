using System.Text;
using PSContainer.State;

namespace PSContainer.Hooks;

/// <summary>The container's state as a hook reads it from its standard input (runtime.md, "State").</summary>
/// <param name="OciVersion">The version that the configuration follows.</param>
/// <param name="Id">The container.</param>
/// <param name="Bundle">Absolute path of its bundle.</param>
/// <param name="Annotations">Its annotations.</param>
internal sealed record HookStateText(string OciVersion, string Id, string Bundle, IReadOnlyDictionary<string, string>? Annotations)
{
    /// <summary>While create is at work.</summary>
    public const string Creating = "creating";

    /// <summary>For hooks of create, once everything of the configuration is there, and until the command is executed.</summary>
    public const string Created = "created";

    /// <summary>Once the command was executed.</summary>
    public const string Running = "running";

    /// <summary>Once it is gone.</summary>
    public const string Stopped = "stopped";

    /// <summary>The text that a kept state gives.</summary>
    public static HookStateText Of(ContainerState state) => new(state.OciVersion, state.Id, state.Bundle, state.Annotations);

    /// <summary>The whole object.</summary>
    /// <param name="status">One of the constants.</param>
    /// <param name="pid">The init as the hook sees it; 0 once it has ended.</param>
    public byte[] Write(string status, int pid) => Encoding.UTF8.GetBytes($"{UntilPid(status)}{pid}{AfterPid}");

    /// <summary>The object up to the pid, which only the container's own process knows.</summary>
    public string UntilPid(string status)
    {
        var json = new StateJsonWriter();
        json.Open('{');
        json.Member("ociVersion", OciVersion);
        json.Member("id", Id);
        json.Member("status", status);
        json.Member("bundle", Bundle);
        json.Members("annotations", Annotations ?? new Dictionary<string, string>());
        json.Name("pid");
        return Encoding.UTF8.GetString(json.Written);
    }

    /// <summary>What follows the pid.</summary>
    public const string AfterPid = "}\n";
}
