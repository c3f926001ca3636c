using Abaco.Benchmarks;

if (args is ["serve-bare", var url])
    return await BareServer.RunAsync(url);
if (!BenchOptions.TryParse(args, out var options, out var error))
{
    Console.Error.WriteLine(error);
    return 2;
}

await using var bench = new Bench(options);
var report = new Report(await Machine.ReadAsync(bench.Folder));
Console.WriteLine(report.Facts);
foreach (var (name, measure) in Measurements.All)
{
    if (options.Wants(name))
        report.Add(name, await measure(bench));
}

if (options.Output is { } path)
    report.WriteInto(path);
return 0;
