namespace Abaco.Benchmarks;

/// <summary>Prints the tables, and puts them into a page between markers, so that what people wrote around them stays.</summary>
internal sealed class Report(Machine machine)
{
    private const string Head = """
        | figure | min / median / max | against, same run | min / median / max | ratio | target | met |
        |---|---|---|---|---|---|---|
        """;

    private readonly Dictionary<string, string> _sections = [];

    public string Facts => machine.ToString();

    public void Add(string name, IReadOnlyList<Figure> figures)
    {
        var table = string.Join('\n', [Head, .. figures.Select(figure => figure.Row())]);
        Console.WriteLine($"\n{name}\n{table}");
        _sections[name] = $"{table}\n\n{machine.WhenMeasured()}";
    }

    /// <summary>Replaces what lies between <c>&lt;!-- begin NAME --&gt;</c> and <c>&lt;!-- end NAME --&gt;</c> by the tables that were measured.</summary>
    public void WriteInto(string path)
    {
        var page = File.ReadAllText(path);
        foreach (var (name, text) in _sections.Append(new("machine", Facts)))
        {
            var (begin, end) = ($"<!-- begin {name} -->", $"<!-- end {name} -->");
            var (from, to) = (page.IndexOf(begin, StringComparison.Ordinal), page.IndexOf(end, StringComparison.Ordinal));
            if (from < 0 || to < from)
                throw new InvalidOperationException($"{path} has no place for {name}: {begin} … {end}");
            page = $"{page[..(from + begin.Length)]}\n{text}\n{page[to..]}";
        }

        File.WriteAllText(path, page);
        Console.WriteLine($"\nwritten into {path}");
    }
}
