using Abaco.Api;
using Abaco.Silo.Hosting;
using Abaco.Silo.Workers;

var builder = WebApplication.CreateBuilder(args);
var data = DataDirectory.Open(builder.Configuration);

await builder.AddAbacoSiloAsync(data);
builder.AddAbacoApi();
builder.AddWorkerHost();
await builder.ListenForContainersAsync();

var app = builder.Build();
app.MapAbacoApi();
await app.RunAsync();
