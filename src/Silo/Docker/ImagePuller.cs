using System.Net;
using Abaco.Silo.Workers;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Abaco.Silo.Docker;

/// <summary>Makes sure that images are present: looked up locally, pulled otherwise, one pull for concurrent requests.</summary>
internal sealed class ImagePuller(DockerEngine engine, RegistryCredentials credentials, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Pull> _pulls = [];

    /// <inheritdoc cref="IContainerRuntime.EnsureImageAsync"/>
    public async Task<ImageFacts> EnsureAsync(string image, bool pull, IProgress<string> progress, CancellationToken cancellationToken)
    {
        var reference = WithTag(image);
        var present = await InspectAsync(reference, cancellationToken);
        if (present is not null && !pull)
            return Checked(present);
        try
        {
            await JoinPull(reference, progress).WaitAsync(cancellationToken);
        }
        catch (ImageUnavailableException) when (present is not null)
        {
            // The registry does not have it or cannot be reached: what is here serves.
        }

        return Checked(await InspectAsync(reference, cancellationToken)
            ?? throw new ImageUnavailableException($"{reference} was pulled but is not there.", permanent: false));
    }

    private static ImageFacts Checked(ImageInspectResponse image) =>
        image.Config is { } config && config.Entrypoint is not { Count: > 0 } && config.Cmd is not { Count: > 0 }
            ? throw new ImageUnavailableException("No command specified: the image has neither ENTRYPOINT nor CMD.", permanent: true)
            : new ImageFacts(image.ID);

    private static string WithTag(string image)
    {
        var last = image[(image.LastIndexOf('/') + 1)..];
        return last.Contains(':') || last.Contains('@') ? image : image + ":latest";
    }

    private async Task<ImageInspectResponse?> InspectAsync(string reference, CancellationToken cancellationToken)
    {
        try
        {
            return await engine.Client.Images.InspectImageAsync(reference, cancellationToken);
        }
        catch (DockerApiException exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
        catch (DockerApiException exception) when (exception.StatusCode == HttpStatusCode.BadRequest)
        {
            throw new ImageUnavailableException(DockerEngine.Words(exception), permanent: true);
        }
        catch (Exception exception) when (DockerEngine.IsAway(exception, cancellationToken))
        {
            throw new EngineUnavailableException($"The Docker engine does not answer: {DockerEngine.Words(exception)}", exception);
        }
    }

    private Task JoinPull(string reference, IProgress<string> progress)
    {
        lock (_gate)
        {
            if (!_pulls.TryGetValue(reference, out var pull))
            {
                pull = new Pull(time);
                _pulls[reference] = pull;
                pull.Done = PullAsync(reference, pull);
            }

            pull.Add(progress);
            return pull.Done;
        }
    }

    private async Task PullAsync(string reference, Pull pull)
    {
        await Task.Yield();
        try
        {
            var at = reference.LastIndexOf('@');
            var colon = reference.LastIndexOf(':');
            var parameters = at > 0
                ? new ImagesCreateParameters { FromImage = reference }
                : new ImagesCreateParameters { FromImage = reference[..colon], Tag = reference[(colon + 1)..] };
            await engine.Client.Images.CreateImageAsync(parameters, credentials.For(reference), pull, CancellationToken.None);
            if (pull.Error is { } error)
                throw new ImageUnavailableException(error, IsPermanent(error));
        }
        catch (DockerApiException exception)
        {
            var words = DockerEngine.Words(exception);
            throw new ImageUnavailableException(words, IsPermanent(words));
        }
        catch (Exception exception) when (DockerEngine.IsAway(exception, CancellationToken.None))
        {
            throw new EngineUnavailableException($"The Docker engine broke off a pull: {DockerEngine.Words(exception)}", exception);
        }
        finally
        {
            lock (_gate)
                _pulls.Remove(reference);
        }
    }

    /// <summary>Whether the registry itself said no; everything else (network, 5xx, rate limits) may pass.</summary>
    private static bool IsPermanent(string words) =>
        new[] { "not found", "manifest unknown", "no matching manifest", "does not exist", "access denied", "denied:", "unauthorized", "invalid reference", "no basic auth" }
            .Any(sign => words.Contains(sign, StringComparison.OrdinalIgnoreCase))
        && !words.Contains("lookup ", StringComparison.Ordinal) && !words.Contains("dial tcp", StringComparison.Ordinal);

    /// <summary>One pull and all who wait for it; sums its layers.</summary>
    private sealed class Pull(TimeProvider time) : IProgress<JSONMessage>
    {
        private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
        private readonly Dictionary<string, (long Current, long Total)> _layers = [];
        private IReadOnlyList<IProgress<string>> _listeners = [];
        private long _shown;

        public Task Done { get; set; } = Task.CompletedTask;

        public string? Error { get; private set; }

        /// <summary>Adds one who waits; a report that is under way goes to those before.</summary>
        public void Add(IProgress<string> listener) => _listeners = [.. _listeners, listener];

        public void Report(JSONMessage value)
        {
            Error = value.ErrorMessage ?? value.Error?.Message ?? Error;
            if (value.ID is { } layer && value.Progress is { Total: > 0 } progress && value.Status == "Downloading")
                _layers[layer] = (progress.Current, progress.Total);
            if (_shown != 0 && time.GetElapsedTime(_shown) < Pause)
                return;
            _shown = time.GetTimestamp();
            var (done, all) = (_layers.Values.Sum(part => part.Current), _layers.Values.Sum(part => part.Total));
            var line = all > 0 ? $"Pulling image: {done / 1e6:0.0} of {all / 1e6:0.0} MB" : "Pulling image";
            foreach (var listener in _listeners)
                listener.Report(line);
        }
    }
}
