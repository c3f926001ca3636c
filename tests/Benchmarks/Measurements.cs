namespace Abaco.Benchmarks;

/// <summary>What can be measured, by the names of the performance targets.</summary>
internal static class Measurements
{
    public static readonly IReadOnlyList<(string Name, Func<Bench, Task<IReadOnlyList<Figure>>> Measure)> All =
    [
        ("P1", Latency.MeasureAsync),
        ("P2", Throughput.MeasureAsync),
        ("P3", Admission.MeasureAsync),
        ("P5", Depth.MeasureAsync),
    ];
}
