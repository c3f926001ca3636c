namespace Abaco.Benchmarks;

/// <summary>One row of a table: a figure, the denominator measured in the same run, and their quotient.</summary>
/// <param name="What">What was measured, with its unit.</param>
/// <param name="Values">One value for each repetition.</param>
/// <param name="Against">What the denominator is; null: the figure stands alone.</param>
/// <param name="Denominators">The denominator's value in the same repetitions.</param>
/// <param name="Target">What the median of the quotients (without a denominator: of the values) should be, or null.</param>
internal sealed record Figure(string What, IReadOnlyList<double> Values, string? Against, IReadOnlyList<double> Denominators, Target? Target)
{
    public static Figure Alone(string what, IReadOnlyList<double> values, Target? target = null) => new(what, values, null, [], target);

    public string Row()
    {
        var judged = Against is null ? Spread.Of(Values) : Spread.Quotients(Values, Denominators);
        var denominator = Against is null ? "| " : $"{Against} | {Spread.Of(Denominators)}";
        var quotient = Against is null ? "" : judged.ToString();
        var verdict = Target is null ? "| " : $"{Target} | {(Target.IsMet(judged.Median) ? "yes" : "**no**")}";
        return $"| {What} | {Spread.Of(Values)} | {denominator} | {quotient} | {verdict} |";
    }
}

/// <summary>What a figure should be.</summary>
/// <param name="Bound">The value.</param>
/// <param name="AtMost">Whether lower is better.</param>
internal sealed record Target(double Bound, bool AtMost)
{
    public static Target Least(double bound) => new(bound, false);

    public static Target Most(double bound) => new(bound, true);

    public bool IsMet(double value) => AtMost ? value <= Bound : value >= Bound;

    public override string ToString() => $"{(AtMost ? "≤" : "≥")} {Spread.Text(Bound)}";
}
