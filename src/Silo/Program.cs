using Abaco.Api;
using Abaco.Silo.Hosting;
using Abaco.Silo.Workers;

var builder = WebApplication.CreateBuilder(args);
builder.Logging.AddFilter("Polly", LogLevel.Warning).AddFilter("Orleans", LogLevel.Warning);
var data = DataDirectory.Open(builder.Configuration);

await builder.AddAbacoSiloAsync(data);
await builder.ListenForContainersAsync();
builder.AddAbacoApi();
builder.AddWorkerHost();

var app = builder.Build();
app.MapAbacoApi();
await app.RunAsync();
