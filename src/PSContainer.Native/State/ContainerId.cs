namespace PSContainer.State;

/// <summary>The rule for ids and names: they become directory names, cgroup names and words on command lines.</summary>
public static class ContainerId
{
    private const int MaxLength = 128;

    /// <summary>Whether this can be an id or a name: a letter or digit, then letters, digits, <c>_</c>, <c>.</c>, <c>-</c>; 128 at most.</summary>
    public static bool IsValid(string id)
    {
        if (id.Length is 0 or > MaxLength || !char.IsAsciiLetterOrDigit(id[0]))
            return false;
        foreach (char c in id)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '.' or '-' or '+'))
                return false;
        }
        return true;
    }

    /// <summary>Refuses what <see cref="IsValid"/> refuses.</summary>
    /// <exception cref="InvalidSpecException">The id is not valid.</exception>
    public static void Require(string id, string what = "a container")
    {
        if (!IsValid(id))
        {
            throw new InvalidSpecException(
                $"'{id}' cannot be the name of {what}.",
                "Begin with a letter or digit and use only letters, digits, '_', '.', '-' and '+', 128 characters at most.")
            { Target = id };
        }
    }
}
