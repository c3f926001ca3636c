using System.Diagnostics.CodeAnalysis;

namespace Abaco.Benchmarks;

/// <summary>What the command line asks for.</summary>
/// <param name="Names">The measurements to take; empty: all.</param>
/// <param name="Quick">One short repetition of each: shows that the benchmark works, not how fast anything is.</param>
/// <param name="Port">The first of ten consecutive ports to listen on.</param>
/// <param name="Folder">Where servers and databases keep their data, on the disk that is to be measured; a folder of this process' own is made in it.</param>
/// <param name="Output">The page to write the tables into, or null.</param>
internal sealed record BenchOptions(IReadOnlyList<string> Names, bool Quick, int Port, string Folder, string? Output)
{
    public const string Usage = "usage: bench [P1] [P2] [P3] [P5] [--quick] [--port N] [--folder PATH] [--output FILE]";

    /// <summary>How often each figure and its denominator are measured, alternating.</summary>
    public int Repetitions => Quick ? 1 : 5;

    public bool Wants(string name) => Names.Count == 0 || Names.Contains(name);

    public static bool TryParse(string[] args, [NotNullWhen(true)] out BenchOptions? options, out string error)
    {
        var (names, quick, port, folder, output) = (new List<string>(), false, 21_300, "/var/tmp", (string?)null);
        options = null;
        for (var i = 0; i < args.Length; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : null;
            switch (args[i])
            {
                case "--quick":
                    quick = true;
                    break;
                case "--port" when int.TryParse(value, out port) && port is > 1_023 and < 32_758:
                case "--folder" when Directory.Exists(folder = value!):
                case "--output" when (output = value) is not null:
                    i++;
                    break;
                default:
                    if (!Measurements.All.Any(measurement => measurement.Name == args[i]))
                    {
                        error = $"'{args[i]}' is not understood. {Usage}\n--port is from 1024 to 32757; --folder must exist.";
                        return false;
                    }

                    names.Add(args[i]);
                    break;
            }
        }

        // A quick run says nothing about speed and is never written down.
        (options, error) = (new BenchOptions(names, quick, port, folder, quick ? null : output), "");
        return true;
    }
}
