using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;

namespace Abaco.Benchmarks;

/// <summary>A server as a process of its own, so that its CPU time and memory can be told from the load generator's.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const int Terminate = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private readonly Process _process;
    private readonly StreamWriter _log;

    private ServerProcess(Process process, Uri url, StreamWriter log)
    {
        _process = process;
        _log = log;
        Url = url;
    }

    public Uri Url { get; }

    /// <summary>User and system time of the process so far.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Bytes of memory that the process holds now.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts one of the programs in this program's folder and waits until a GET of <paramref name="probe"/> is answered with 200.</summary>
    public static async Task<ServerProcess> StartAsync(
        string program, string[] arguments, IReadOnlyDictionary<string, string> settings, Uri url, string probe, string logPath)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, program), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        var log = new StreamWriter(logPath, append: true) { AutoFlush = true };
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var server = new ServerProcess(process, url, log);
        process.OutputDataReceived += server.Keep;
        process.ErrorDataReceived += server.Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await server.WaitAsync(new Uri(url, probe));
            return server;
        }
        catch (Exception exception)
        {
            await server.DisposeAsync();
            throw new InvalidOperationException($"{program} does not serve {url}; it said:\n{File.ReadAllText(logPath)}", exception);
        }
    }

    /// <summary>Ends the server as a supervisor would, by SIGTERM.</summary>
    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            if (!_process.HasExited)
                _ = kill(_process.Id, Terminate);
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
        await _log.DisposeAsync();
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int kill(int process, int signal);

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_log)
            _log.WriteLine(line.Data);
    }

    private async Task WaitAsync(Uri probe)
    {
        using var client = new HttpClient();
        using var patience = new CancellationTokenSource(Patience);
        while (!_process.HasExited)
        {
            try
            {
                using var answer = await client.GetAsync(probe, patience.Token);
                if (answer.StatusCode == HttpStatusCode.OK)
                    return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), patience.Token);
        }

        throw new InvalidOperationException($"It ended with code {_process.ExitCode}.");
    }
}
