using System.Buffers;
using System.Text;
using Abaco.Silo.Workers;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Abaco.Silo.Docker;

/// <summary>
/// Follows the engine's log of one container, stdout and stderr as the engine received them, each decoded with replacement. When the stream breaks off
/// it is opened again and what was told already is skipped; at the end the file is read once more from there, so that nothing said last is missed.
/// </summary>
internal sealed class LogFollower(DockerEngine engine, EngineCalls calls, string containerId, IContainerWatch watch, TimeProvider time)
{
    private const int BufferBytes = 64 * 1024;
    private const int MostTries = 5;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private readonly Decoder _stdout = Encoding.UTF8.GetDecoder();
    private readonly Decoder _stderr = Encoding.UTF8.GetDecoder();
    private readonly SemaphoreSlim _order = new(1, 1);
    private long _told;
    private bool _full;

    /// <summary>Follows until the container's stream ends, the log is full, or the token is cancelled.</summary>
    public async Task FollowAsync(CancellationToken cancellationToken)
    {
        while (!_full && !cancellationToken.IsCancellationRequested)
        {
            try
            {
                await ReadAsync(follow: true, cancellationToken);
                return;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (DockerEngine.IsAway(exception, cancellationToken))
            {
                await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (DockerApiException)
            {
                return;
            }
        }
    }

    /// <summary>Tells what the follower has not told yet; the container has ended.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        for (var tries = 1; !_full && !await TryReadRestAsync(tries, cancellationToken); tries++)
        {
        }

        await TellAsync(_stdout, ReadOnlyMemory<byte>.Empty, flush: true);
        await TellAsync(_stderr, ReadOnlyMemory<byte>.Empty, flush: true);
    }

    /// <summary>Adds a line of the service's own.</summary>
    public async Task AddAsync(string line)
    {
        await _order.WaitAsync();
        try
        {
            if (!_full)
                _full = !await watch.LogAsync(line);
        }
        finally
        {
            _order.Release();
        }
    }

    /// <summary>Whether all was read that can be read; false: once more.</summary>
    private async Task<bool> TryReadRestAsync(int tries, CancellationToken cancellationToken)
    {
        try
        {
            await ReadAsync(follow: false, cancellationToken);
            return true;
        }
        catch (Exception exception) when (DockerEngine.IsAway(exception, cancellationToken))
        {
            // The engine broke off: the look at the container waits until it answers. One that answers and yet breaks off again and again cannot read its file.
            if (await calls.InspectAsync(containerId, cancellationToken) is not null && tries < MostTries)
                return false;
            await AddAsync($"[abaco] The rest of the log could not be read: {DockerEngine.Words(exception)}\n");
            return true;
        }
        catch (DockerApiException)
        {
            // Removed behind our back: what was told is what there is.
            return true;
        }
    }

    private async Task ReadAsync(bool follow, CancellationToken cancellationToken)
    {
        var parameters = new ContainerLogsParameters { ShowStdout = true, ShowStderr = true, Follow = follow };
        using var stream = await engine.Client.Containers.GetContainerLogsAsync(containerId, tty: false, parameters, cancellationToken);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var skip = _told;
            while (!_full)
            {
                var read = await stream.ReadOutputAsync(buffer, 0, BufferBytes, cancellationToken);
                if (read.EOF)
                    return;
                var skipped = (int)Math.Min(skip, read.Count);
                skip -= skipped;
                if (read.Count > skipped)
                {
                    var decoder = read.Target == MultiplexedStream.TargetStream.StandardError ? _stderr : _stdout;
                    await TellAsync(decoder, buffer.AsMemory(skipped, read.Count - skipped), flush: false);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task TellAsync(Decoder decoder, ReadOnlyMemory<byte> bytes, bool flush)
    {
        var chars = new char[Encoding.UTF8.GetMaxCharCount(bytes.Length) + 4];
        var length = decoder.GetChars(bytes.Span, chars, flush);
        _told += bytes.Length;
        if (length > 0)
            await AddAsync(new string(chars, 0, length));
    }
}
