using System.Globalization;

namespace Abaco.Benchmarks;

/// <summary>What the repetitions of one figure gave.</summary>
internal readonly record struct Spread(double Min, double Median, double Max)
{
    public static Spread Of(IReadOnlyCollection<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(sorted[0], median, sorted[^1]);
    }

    /// <summary>The quotients of two figures that were measured alternately, repetition by repetition.</summary>
    public static Spread Quotients(IReadOnlyList<double> numerators, IReadOnlyList<double> denominators) =>
        Of([.. numerators.Zip(denominators, (numerator, denominator) => numerator / denominator)]);

    public override string ToString() => $"{Text(Min)} / {Text(Median)} / {Text(Max)}";

    public static string Text(double value) => value.ToString(value switch
    {
        >= 100 => "N0",
        >= 10 => "N1",
        _ => "N2",
    }, CultureInfo.InvariantCulture);
}
