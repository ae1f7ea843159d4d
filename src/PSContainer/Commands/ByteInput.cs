using System.Buffers;
using System.Globalization;
using System.Management.Automation;
using System.Text;
using PSContainer.Kernel;

namespace PSContainer.Commands;

/// <summary>What an executable reads: text as PowerShell gives it to native commands, and bytes as they are.</summary>
/// <remarks>A thread writes what there is, so that a line costs no call of its own and waits for no other.</remarks>
internal sealed class ByteInput : ByteFifo
{
    private const int MostWaiting = 1 << 20;
    private readonly object _gate = new();
    private readonly Encoding _encoding;
    private readonly Lazy<SteppablePipeline> _formatter = new(MakeFormatter);
    private ArrayBufferWriter<byte> _waiting = new(), _written = new();
    private bool _isComplete, _hasText;
    private volatile bool _isBroken;

    /// <summary>Begins to write.</summary>
    /// <param name="encoding">The encoding of text, <c>$OutputEncoding</c>.</param>
    internal ByteInput(Encoding encoding)
        : base(Files.O_RDONLY, "pscontainer input")
    {
        _encoding = encoding;
        Start();
    }

    /// <summary>Gives the executable an object of the pipeline.</summary>
    internal void Add(object? input)
    {
        // What nobody reads is not even made text of.
        if (_isBroken)
            return;
        object? bare = input is PSObject wrapped ? wrapped.BaseObject : input;
        switch (bare)
        {
            case null:
                break;
            case string line when !_formatter.IsValueCreated:
                AddLine(line);
                break;
            case byte[] bytes:
                AddBytes(bytes);
                break;
            case byte one:
                AddBytes([one]);
                break;
            case int or long or short or uint or ulong or ushort or sbyte when !_formatter.IsValueCreated:
                AddLine(((IFormattable)bare).ToString(null, CultureInfo.CurrentCulture));
                break;
            default:
                AddLines(_formatter.Value.Process(input));
                break;
        }
    }

    /// <summary>There is no more.</summary>
    internal void Complete()
    {
        if (_formatter.IsValueCreated)
        {
            AddLines(_formatter.Value.End());
            _formatter.Value.Dispose();
        }
        lock (_gate)
        {
            _isComplete = true;
            System.Threading.Monitor.PulseAll(_gate);
        }
    }

    /// <summary>Nobody waits for the executable to read any more.</summary>
    internal void Break()
    {
        lock (_gate)
        {
            _isBroken = true;
            System.Threading.Monitor.PulseAll(_gate);
        }
    }

    private static SteppablePipeline MakeFormatter()
    {
        SteppablePipeline formatter = ScriptBlock.Create("Out-String -Stream").GetSteppablePipeline(CommandOrigin.Internal);
        formatter.Begin(expectInput: true);
        return formatter;
    }

    private void AddLines(Array lines)
    {
        foreach (object? line in lines)
            AddLine(line?.ToString() ?? "");
    }

    private void AddLine(string line)
    {
        lock (_gate)
        {
            AwaitRoom();
            if (!_hasText)
                _waiting.Write(_encoding.Preamble);
            _hasText = true;
            _encoding.GetBytes(line, _waiting);
            _encoding.GetBytes(Environment.NewLine, _waiting);
            System.Threading.Monitor.PulseAll(_gate);
        }
    }

    private void AddBytes(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            AwaitRoom();
            _waiting.Write(bytes);
            System.Threading.Monitor.PulseAll(_gate);
        }
    }

    private void AwaitRoom()
    {
        while (_waiting.WrittenCount > MostWaiting && !_isBroken)
            System.Threading.Monitor.Wait(_gate);
        if (_isBroken)
            _waiting.ResetWrittenCount();
    }

    private protected override void Copy(FileStream stream)
    {
        while (Take())
            stream.Write(_written.WrittenSpan);
    }

    private bool Take()
    {
        lock (_gate)
        {
            while (_waiting.WrittenCount == 0 && !_isComplete && !_isBroken)
                System.Threading.Monitor.Wait(_gate);
            if (_waiting.WrittenCount == 0 || _isBroken)
                return false;
            (_waiting, _written) = (_written, _waiting);
            _waiting.ResetWrittenCount();
            System.Threading.Monitor.PulseAll(_gate);
            return true;
        }
    }

    private protected override void Ended() => Break();
}
