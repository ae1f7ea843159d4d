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
    /// <param name="call">How the cmdlet was called; <see langword="null"/> where nothing is known of it.</param>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="command">The command's words as they were bound.</param>
    internal static IReadOnlyList<string> Find(WrittenCall? call, CommandInfo cmdlet, IReadOnlyList<string> command)
    {
        var eaten = new List<string>();
        if (call is null || command is not [var first, ..])
            return eaten;
        bool inCommand = false, isValue = false;
        foreach (CommandElementAst element in call.Ast.CommandElements.Skip(1))
        {
            // The parser takes "--" as a word of its own: what follows it is never a parameter.
            if (element.Extent.Text == "--")
                break;
            if (element is CommandParameterAst parameter)
            {
                // What no parameter of the cmdlet is called went to the command.
                ParameterMetadata? known = WrittenCall.Parameter(cmdlet, parameter.ParameterName);
                if (inCommand && known is not null)
                    eaten.Add(parameter.Extent.Text);
                inCommand |= known is null && parameter.Extent.Text == first;
                isValue = known is { SwitchParameter: false } && parameter.Argument is null;
                continue;
            }
            inCommand |= !isValue && IsWord(element, first);
            isValue = false;
        }
        return eaten;
    }

    private static bool IsWord(CommandElementAst element, string word) =>
        element is StringConstantExpressionAst constant ? constant.Value == word : element.Extent.Text == word;
}
