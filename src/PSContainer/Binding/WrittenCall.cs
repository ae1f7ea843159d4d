using System.Management.Automation;
using System.Management.Automation.Language;

namespace PSContainer.Binding;

/// <summary>
/// A call of a cmdlet as its author wrote it. PowerShell makes values of the words after a command and splits some of them; what was
/// written says what they were.
/// </summary>
internal sealed class WrittenCall
{
    private readonly List<Piece> _pieces = [];
    private readonly HashSet<string> _named = new(StringComparer.Ordinal);
    private readonly bool _isSplattedBefore;

    private WrittenCall(CommandAst call, CommandInfo cmdlet)
    {
        Ast = call;
        bool isValue = false;
        foreach (CommandElementAst element in call.CommandElements.Skip(1))
        {
            if (!HasDashes && element is CommandParameterAst && element.Extent.Text == "--")
            {
                HasDashes = true;
                PiecesBeforeDashes = _pieces.Count;
                _isSplattedBefore = IsSplatted;
            }
            else if (!HasDashes && element is CommandParameterAst parameter)
                isValue = Take(parameter, cmdlet);
            else if (isValue)
                isValue = false;
            else if (element is VariableExpressionAst { Splatted: true })
                TakeSplatted();
            else
                Add(new(element, Constant(element), element.Extent.StartOffset, element.Extent.EndOffset));
        }
    }

    /// <summary>The call.</summary>
    internal CommandAst Ast { get; }

    /// <summary>Whether <c>--</c> is in it.</summary>
    internal bool HasDashes { get; }

    /// <summary>How many words without a parameter stand before <c>--</c>.</summary>
    internal int PiecesBeforeDashes { get; }

    /// <summary>The first word without a parameter; <see langword="null"/> where that is not written.</summary>
    internal Piece? First { get; private set; }

    /// <summary>Whether <see cref="First"/> stands after <c>--</c>.</summary>
    internal bool IsFirstAfterDashes => HasDashes && PiecesBeforeDashes == 0;

    /// <summary>Words without a parameter of the cmdlet, in order; after a splatted variable only those that follow it.</summary>
    internal IReadOnlyList<Piece> Pieces => _pieces;

    /// <summary>Whether a splatted variable adds words of which nothing is written.</summary>
    internal bool IsSplatted { get; private set; }

    /// <summary>Whether a word of the command took the place of what comes through the pipeline.</summary>
    /// <param name="parameter">The parameter whose place it is.</param>
    /// <returns>Whether it did; <see langword="null"/> where that is not to be seen: there is no <c>--</c>, or a splatted variable.</returns>
    internal bool? HasPlaceTaken(string parameter) =>
        _named.Contains(parameter) ? false : _isSplattedBefore || !HasDashes ? null : PiecesBeforeDashes == 0;

    /// <summary>Finds what was written.</summary>
    /// <returns>The call, or <see langword="null"/> where PowerShell does not say.</returns>
    internal static WrittenCall? Of(InvocationInfo invocation)
    {
        CommandAst? call = Statement(invocation) is { } text
            ? Parser.ParseInput(text, out _, out _)
                .Find(node => node is CommandAst found && Names(found, invocation), searchNestedScriptBlocks: true) as CommandAst
            : null;
        return call is null ? null : new(call, invocation.MyCommand);
    }

    /// <summary>The cmdlet's parameter that a name means, also when it is shortened.</summary>
    /// <returns>The parameter, or <see langword="null"/> when it means none, or several.</returns>
    internal static ParameterMetadata? Parameter(CommandInfo cmdlet, string name)
    {
        try
        {
            return cmdlet.ResolveParameter(name);
        }
        catch (ParameterBindingException)
        {
            return null;
        }
    }

    private bool Take(CommandParameterAst parameter, CommandInfo cmdlet)
    {
        if (Parameter(cmdlet, parameter.ParameterName) is { } known)
        {
            _named.Add(known.Name);
            return parameter.Argument is null && !known.SwitchParameter;
        }
        int start = parameter.Extent.StartOffset, end = parameter.Argument?.Extent.StartOffset ?? parameter.Extent.EndOffset;
        string name = parameter.Extent.Text[..(end - start)].TrimEnd();
        Add(new(parameter, name, start, start + name.Length));
        if (parameter.Argument is { } value)
            Add(new(value, Constant(value), value.Extent.StartOffset, value.Extent.EndOffset));
        return false;
    }

    private void TakeSplatted()
    {
        IsSplatted = true;
        _pieces.Clear();
    }

    private void Add(Piece piece)
    {
        if (!IsSplatted)
            First ??= piece;
        _pieces.Add(piece);
    }

    private static string? Constant(CommandElementAst element) => (element as StringConstantExpressionAst)?.Value;

    // The reference assembly has no InvocationInfo.Statement: the adapter finds it. Where it is empty, the line has to do.
    private static string? Statement(InvocationInfo invocation) =>
        PSObject.AsPSObject(invocation).Properties["Statement"]?.Value as string is { Length: > 0 } statement ? statement
        : invocation.OffsetInLine > 0 && invocation.OffsetInLine <= invocation.Line.Length
            ? invocation.Line[(invocation.OffsetInLine - 1)..]
            : null;

    private static bool Names(CommandAst call, InvocationInfo invocation) =>
        string.Equals(
            call.GetCommandName()?.Split('\\')[^1], invocation.InvocationName.Split('\\')[^1],
            StringComparison.OrdinalIgnoreCase);

    /// <summary>A word of a call.</summary>
    /// <param name="Element">The parser's element.</param>
    /// <param name="Text">Its value, where that is written; <see langword="null"/> where it is computed.</param>
    /// <param name="Start">Where it begins.</param>
    /// <param name="End">Where it ends.</param>
    internal sealed record Piece(Ast Element, string? Text, int Start, int End)
    {
        /// <summary>Whether it is a word without quotes that looks like a parameter: the parser may have cut it in two.</summary>
        internal bool MayBeCut => Text is ['-', ..]
            && Element is CommandParameterAst or StringConstantExpressionAst { StringConstantType: StringConstantType.BareWord };
    }
}
