using System.Collections.Concurrent;
using System.Text;

namespace Abaco.Api.Http;

/// <summary>Spelling of field names. Inside the service they are snake.</summary>
internal static class Names
{
    private static readonly ConcurrentDictionary<string, string> Camels = [];

    /// <summary><c>max_workers</c> → <c>maxWorkers</c>; a leading underscore stays.</summary>
    public static string ToCamel(string snake) => Camels.GetOrAdd(snake, static name =>
    {
        var text = new StringBuilder(name.Length);
        for (var i = 0; i < name.Length; i++)
        {
            if (name[i] == '_' && i > 0 && i + 1 < name.Length)
                text.Append(char.ToUpperInvariant(name[++i]));
            else
                text.Append(name[i]);
        }

        return text.ToString();
    });

    /// <summary><c>maxWorkers</c> → <c>max_workers</c>; snake names stay.</summary>
    public static string ToSnake(string name)
    {
        if (!name.Any(char.IsAsciiLetterUpper))
            return name;
        var text = new StringBuilder(name.Length + 4);
        foreach (var letter in name)
        {
            if (char.IsAsciiLetterUpper(letter))
                text.Append('_').Append(char.ToLowerInvariant(letter));
            else
                text.Append(letter);
        }

        return text.ToString();
    }
}
