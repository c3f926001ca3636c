using System.Globalization;
using System.Text;
using System.Text.Json;
using Abaco.Messages;

namespace Abaco.Grains.Tests.Messages;

/// <summary>Against CPython itself: make-python-corpus.py wrote what Debian's python3 prints.</summary>
public sealed class PythonLiteralTests
{
    [Fact]
    public void Render_Corpus_IsWhatCPythonPrints()
    {
        var pairs = Lines("python-repr.tsv").Select(line => line.Split('\t')).ToList();
        Assert.True(pairs.Count > 100);
        foreach (var pair in pairs)
            Assert.Equal((pair[0], JsonSerializer.Deserialize<string>(pair[1])), (pair[0], PythonLiteral.Render(pair[0])));
    }

    /// <summary>Code points that this Python's Unicode does not know are left out: .NET and newer Pythons may print them, and both forms parse to the same string.</summary>
    [Fact]
    public void Render_EveryCodePoint_IsEscapedExactlyWhereCPythonEscapes()
    {
        var kinds = new char[0x110000];
        Array.Fill(kinds, 'p');
        foreach (var parts in Lines("python-printable.txt").Select(line => line.Split(' ')))
            Array.Fill(kinds, parts[0][0], Hex(parts[1]), Hex(parts[2]) - Hex(parts[1]) + 1);
        var wrong = new List<string>();
        for (var code = 0x20; code < kinds.Length; code++)
        {
            if (!Rune.IsValid(code) || kinds[code] == '-' || code is '"' or '\'' or '\\')
                continue;
            var text = new Rune(code).ToString();
            var printed = PythonLiteral.Render($"[\"{text}\"]") == $"['{text}']";
            if (printed != (kinds[code] == 'p'))
                wrong.Add($"U+{code:X4}");
        }

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("\"bare 'text'\"", "bare 'text'")]
    [InlineData("\"\"", "")]
    [InlineData("\"\\u00e9\\n\"", "é\n")]
    public void Render_TopLevelString_IsBare(string json, string expected) => Assert.Equal(expected, PythonLiteral.Render(json));

    [Theory]
    [InlineData("[\"\\ud800\"]")]
    [InlineData("\"\\udc00x\"")]
    [InlineData("{\"\\ud800\":1}")]
    [InlineData("{\"a\":[{\"b\":\"\\ud83d\"}]}")]
    public void Render_EscapedHalfSurrogate_NamesTheRule(string json) => Refused(json, "must be valid Unicode");

    [Fact]
    public void Render_HalfSurrogateInTheText_NamesTheRule() => Refused("[\"" + (char)0xD800 + "\"]", "must be valid Unicode");

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[1,]")]
    [InlineData("{'a':1}")]
    [InlineData("NaN")]
    [InlineData("01")]
    public void Render_NotJson_NamesTheRule(string json) => Refused(json, "must be valid JSON, nested at most 256 deep");

    [Fact]
    public void Render_DeepestNesting_IsWritten()
    {
        var json = new string('[', PythonLiteral.DeepestNesting) + new string(']', PythonLiteral.DeepestNesting);
        Assert.Equal(json, PythonLiteral.Render(json));
        Refused($"[{json}]", "must be valid JSON, nested at most 256 deep");
    }

    private static void Refused(string json, string rule)
    {
        var refusal = Assert.Throws<AbacoException>(() => PythonLiteral.Render(json, "state"));
        Assert.Equal(RefusalKind.Invalid, refusal.Kind);
        Assert.StartsWith("state: " + rule, refusal.Message);
    }

    private static string[] Lines(string file) => File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Messages", file));

    private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
