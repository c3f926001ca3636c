using Abaco.Actors;
using Abaco.Api.Http;

namespace Abaco.Api.Actors;

/// <summary>Reads the parameters of POST and PUT on actors: types here, rules in the actor.</summary>
internal static class ActorRequests
{
    public static async Task<ActorRequest> ReadAsync(HttpContext context, long limit)
    {
        var given = await Parameters.ReadAsync(context, limit);
        var request = new ActorRequest
        {
            Image = given.Text("image"),
            Name = given.Text("name"),
            Description = given.Text("description"),
            Stateless = given.Flag("stateless"),
            Token = given.Flag("token"),
            Type = given.Text("type"),
            Link = given.Text("link"),
            Webhook = given.Text("webhook"),
            Hints = given.Texts("hints"),
            Privileged = given.Flag("privileged"),
            UseContainerUid = given.Flag("use_container_uid"),
            MaxWorkers = given.Whole("max_workers"),
            MaxCpus = given.Long("max_cpus"),
            MemLimit = given.TextOrNumber("mem_limit"),
            DefaultEnvironmentJson = given.Object("default_environment"),
            Queue = given.Text("queue"),
            LogEx = given.Whole("log_ex"),
            CronSchedule = given.Text("cron_schedule"),
            CronOn = given.Flag("cron_on"),
            Force = given.Flag("force"),
            MaxRunTime = given.Whole("max_run_time"),
            MaxRetries = given.Whole("max_retries"),
            StartedEvents = given.Flag("started_events"),
        };
        given.Check();
        return request;
    }
}
