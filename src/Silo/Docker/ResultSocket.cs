using System.Net.Sockets;
using System.Threading.Channels;
using Abaco.Silo.Workers;

namespace Abaco.Silo.Docker;

/// <summary>
/// The results socket of one attempt: each datagram is one result. It is read all the time, since only 11 wait in the kernel; what is read waits in a queue
/// bounded in bytes until it is durable. A datagram that is too large is dropped and said in the log.
/// </summary>
internal sealed class ResultSocket : IDisposable
{
    /// <summary>Largest result in bytes (rest-api.md, Executions).</summary>
    public const int LargestBytes = 131_072;

    private const int MostWaiting = 64;
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly Channel<byte[]> _waiting = Channel.CreateBounded<byte[]>(MostWaiting);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _reading;
    private readonly Task _telling;
    private readonly Func<string, Task> _complain;

    /// <summary>Binds the socket, writable by any uid, and begins to read.</summary>
    public ResultSocket(string path, IContainerWatch watch, Func<string, Task> complain)
    {
        _complain = complain;
        File.Delete(path);
        _socket.Bind(new UnixDomainSocketEndPoint(path));
        File.SetUnixFileMode(path, (UnixFileMode)0b110_110_110);
        _reading = ReadAsync();
        _telling = TellAsync(watch);
    }

    /// <summary>Reads what still waits in the kernel and returns when all of it is durable.</summary>
    public async Task FinishAsync()
    {
        await _end.CancelAsync();
        await _reading;
        await _telling;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _end.Cancel();
        _waiting.Writer.TryComplete();
        _socket.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[LargestBytes + 1];
        try
        {
            while (true)
            {
                int length;
                if (_end.IsCancellationRequested)
                {
                    if (!_socket.Poll(0, SelectMode.SelectRead))
                        return;
                    length = _socket.Receive(buffer);
                }
                else
                {
                    try
                    {
                        length = await _socket.ReceiveAsync(buffer, SocketFlags.None, _end.Token);
                    }
                    catch (OperationCanceledException)
                    {
                        continue;
                    }
                }

                if (length > LargestBytes)
                    await _complain($"[abaco] A result of more than {LargestBytes} bytes was dropped.\n");
                else
                    await _waiting.Writer.WriteAsync(buffer[..length]);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException or ChannelClosedException)
        {
            // The run was left or failed: its directory goes with it.
        }
        finally
        {
            _waiting.Writer.TryComplete();
        }
    }

    private async Task TellAsync(IContainerWatch watch)
    {
        await foreach (var result in _waiting.Reader.ReadAllAsync())
            await watch.ResultAsync(result);
    }
}
