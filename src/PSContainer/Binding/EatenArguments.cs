using System.Management.Automation;
using System.Management.Automation.Language;

namespace PSContainer.Binding;

/// <summary>
/// Finds arguments that were meant for the command in the container and that PowerShell bound as parameters of the cmdlet:
/// <c>Invoke-ContainerCommand web nginx -v</c> runs <c>nginx</c> with <c>-Verbose</c>.
/// </summary>
internal static class EatenArguments
{
    /// <summary>The parameters written after the first word of the command, in order; none after a <c>--</c>.</summary>
    /// <param name="invocation">How the cmdlet was called.</param>
    /// <param name="command">The command's words as they were bound.</param>
    internal static IReadOnlyList<string> Find(InvocationInfo invocation, IReadOnlyList<string>? command)
    {
        if (command is not [var first, ..] || Statement(invocation) is not { } text)
            return [];
        CommandAst? call = Parser.ParseInput(text, out _, out _)
            .Find(node => node is CommandAst found && Names(found, invocation), searchNestedScriptBlocks: true) as CommandAst;
        return call is null ? [] : After(call, first, invocation.MyCommand);
    }

    // InvocationInfo.Statement came with PowerShell 7.6; the adapter finds it where it exists. Before that, the line has to do.
    private static string? Statement(InvocationInfo invocation) =>
        PSObject.AsPSObject(invocation).Properties["Statement"]?.Value as string is { Length: > 0 } statement ? statement
        : invocation.OffsetInLine > 0 && invocation.OffsetInLine <= invocation.Line.Length
            ? invocation.Line[(invocation.OffsetInLine - 1)..]
            : null;

    private static bool Names(CommandAst call, InvocationInfo invocation) =>
        string.Equals(
            call.GetCommandName()?.Split('\\')[^1], invocation.InvocationName.Split('\\')[^1],
            StringComparison.OrdinalIgnoreCase);

    private static List<string> After(CommandAst call, string first, CommandInfo cmdlet)
    {
        var eaten = new List<string>();
        bool inCommand = false, isValue = false;
        foreach (CommandElementAst element in call.CommandElements.Skip(1))
        {
            // The parser takes "--" as a word of its own: what follows it is never a parameter.
            if (element.Extent.Text == "--")
                break;
            if (element is CommandParameterAst parameter)
            {
                if (inCommand)
                    eaten.Add(parameter.Extent.Text);
                isValue = parameter.Argument is null && TakesValue(cmdlet, parameter.ParameterName);
                continue;
            }
            inCommand |= !isValue && IsWord(element, first);
            isValue = false;
        }
        return eaten;
    }

    private static bool TakesValue(CommandInfo cmdlet, string written) =>
        !cmdlet.Parameters.Values.Any(parameter => parameter.SwitchParameter
            && parameter.Aliases.Append(parameter.Name)
                .Any(name => name.StartsWith(written, StringComparison.OrdinalIgnoreCase)));

    private static bool IsWord(CommandElementAst element, string word) =>
        element is StringConstantExpressionAst constant ? constant.Value == word : element.Extent.Text == word;
}
