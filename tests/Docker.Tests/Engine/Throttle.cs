using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Abaco.Docker.Tests.Engine;

/// <summary>Stands before a registry and passes its answers on in drops until it is released, so that a pull is seen under way.</summary>
internal sealed class Throttle : IAsyncDisposable
{
    private const int DropBytes = 64 * 1024;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _registry;
    private readonly StringBuilder _asked = new();
    private readonly CancellationTokenSource _released = new();
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;

    public Throttle(string registry)
    {
        _registry = IPEndPoint.Parse(registry);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Its address, <c>127.0.0.1:port</c>.</summary>
    public string Address => _listener.LocalEndpoint.ToString()!;

    /// <summary>Passes on at full speed from now on.</summary>
    public void Release() => _released.Cancel();

    /// <summary>How many requests held this text in their head.</summary>
    public int Requests(string text)
    {
        lock (_asked)
            return _asked.ToString().Split(text).Length - 1;
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        List<Task> connections = [];
        try
        {
            while (true)
                connections.Add(PassAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using var _ = client;
        using var server = new TcpClient();
        try
        {
            await server.ConnectAsync(_registry, _end.Token);
            await Task.WhenAny(AskAsync(client.GetStream(), server.GetStream()), AnswerAsync(server.GetStream(), client.GetStream()));
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task AskAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[DropBytes];
        for (int read; (read = await from.ReadAsync(buffer, _end.Token)) > 0;)
        {
            lock (_asked)
                _asked.Append(Encoding.Latin1.GetString(buffer, 0, read));
            await to.WriteAsync(buffer.AsMemory(0, read), _end.Token);
        }
    }

    private async Task AnswerAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[DropBytes];
        for (int read; (read = await from.ReadAsync(buffer, _end.Token)) > 0;)
        {
            await to.WriteAsync(buffer.AsMemory(0, read), _end.Token);
            if (!_released.IsCancellationRequested)
                await Task.Delay(Pause, _released.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
