using System.Text;

namespace PSContainer.Native.Tests.Spec;

/// <summary>Documents with something done to them: bytes changed, cut, doubled, or tokens put where they do not belong.</summary>
internal static class SpecMutation
{
    private static readonly string[] Tokens =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "0", "-", "1e9", "true", "false", "null", "[]", "{}", "\"\"",
        "/*", "//", "\\u", "\\ud800", "\0", "\u00ff", "99999999999999999999999999", "-1", "0.5",
        "\"mounts\":", "\"a\":1,", " ", "\n", ",}",
    ];

    public static byte[] Mutate(byte[] json, Random random)
    {
        var bytes = new List<byte>(json);
        for (int times = random.Next(1, 4); times > 0; times--)
        {
            int at = random.Next(bytes.Count);
            int length = Math.Min(random.Next(1, 30), bytes.Count - at);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(' ', 0x7f);
                    break;
                case 2:
                    bytes.RemoveRange(at, length);
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count - length + 1), length));
                    break;
                case 4:
                    bytes.InsertRange(at, Encoding.Latin1.GetBytes(Tokens[random.Next(Tokens.Length)]));
                    break;
                default:
                    if (random.Next(10) == 0)
                        bytes.RemoveRange(at, bytes.Count - at);
                    else
                        bytes[at] = (byte)random.Next('0', '9' + 1);
                    break;
            }
            if (bytes.Count == 0)
                bytes.Add((byte)' ');
        }
        return [.. bytes];
    }
}
