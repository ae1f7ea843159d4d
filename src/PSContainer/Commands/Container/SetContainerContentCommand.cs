using System.Management.Automation;
using System.Text;
using PSContainer.Binding;
using PSContainer.Containers;
using PSContainer.Trees;

namespace PSContainer.Commands;

/// <summary>Writes a file inside a container, which is never one of the host, whatever links the container has.</summary>
[Cmdlet(VerbsCommon.Set, "ContainerContent", SupportsShouldProcess = true)]
[OutputType(typeof(void))]
public sealed class SetContainerContentCommand : ContainerCmdlet
{
    private readonly MemoryStream _content = new();
    private readonly List<ContainerReference> _containers = [];
    private bool _areContainersPiped;
    private bool _hasBegun;

    /// <summary>The containers: names, ids, the beginning of ids, patterns, or objects.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Alias("Name", "Id")]
    [ContainerTransformation]
    [ArgumentCompleter(typeof(ContainerCompleter))]
    [SupportsWildcards]
    public ContainerReference[] Container { get; set; } = [];

    /// <summary>The file, a path inside; its directory has to exist.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ArgumentCompleter(typeof(CopyPathCompleter))]
    [ValueTransformation]
    public string Path { get; set; } = "";

    /// <summary>What the file holds then: lines of text, or with -AsByteStream bytes.</summary>
    [Parameter(Mandatory = true, Position = 2, ValueFromPipeline = true)]
    [AllowEmptyCollection]
    [AllowEmptyString]
    public object[] Value { get; set; } = [];

    /// <summary>Puts no line feed behind the values.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter NoNewline { get; set; }

    /// <summary>Takes the values for bytes.</summary>
    [Parameter]
    [ValueTransformation]
    public SwitchParameter AsByteStream { get; set; }

    /// <summary>Owner of the file: user, uid, user:group or uid:gid.</summary>
    [Parameter]
    [ValueTransformation]
    public string? Owner { get; set; }

    /// <summary>Permission bits of the file, in octal.</summary>
    [Parameter]
    [ModeTransformation]
    public int? Mode { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        // Only what was written is bound yet; the pipeline is for the other one.
        _areContainersPiped = !MyInvocation.BoundParameters.ContainsKey(nameof(Container));
        if (_areContainersPiped && !MyInvocation.BoundParameters.ContainsKey(nameof(Value)))
        {
            var refused = new InvalidSpecException(
                "Nothing says whether containers or what they get come through the pipeline.",
                "Give the one or the other, as: 'text' | Set-ContainerContent web /etc/motd, or: "
                + "Get-Container | Set-ContainerContent -Path /etc/motd -Value text");
            ThrowTerminatingError(ErrorRecords.Create(refused, null));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (_areContainersPiped || !_hasBegun)
            _containers.AddRange(Container);
        if (!_areContainersPiped || !_hasBegun)
            AddContent();
        _hasBegun = true;
    }

    private void AddContent()
    {
        foreach (object value in Value)
        {
            if (AsByteStream)
                _content.Write(Require(value, () => Bytes(value)));
            else
                _content.Write(Encoding.UTF8.GetBytes(SourceText.Of(value) + (NoNewline ? "" : "\n")));
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var options = new CopyOptions { Owner = Owner, Mode = Mode };
        foreach (Container container in Resolve(_containers))
        {
            if (ShouldProcess($"{container.Name}:{Path}", $"Write {_content.Length} bytes"))
                WriteTo(container, options);
        }
    }

    private void WriteTo(Container container, CopyOptions options)
    {
        TreeCopyResult? result = null;
        Attempt(container, () =>
            result = container.SetContent(Path, _content.GetBuffer().AsSpan(0, (int)_content.Length), options, StopToken));
        foreach (string warning in result?.Warnings ?? [])
            WriteWarning(warning);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _content.Dispose();
        base.Dispose(disposing);
    }

    private static byte[] Bytes(object value) => LanguagePrimitives.TryConvertTo(value, out byte[] bytes)
        ? bytes
        : throw new InvalidSpecException($"'{value}' is not a byte.", "Give numbers from 0 to 255, or leave out -AsByteStream.");
}
