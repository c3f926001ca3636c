using Abaco.Api;

var builder = WebApplication.CreateBuilder(args);
builder.AddOrleansClient();
builder.AddAbacoApi();

var app = builder.Build();
app.MapAbacoApi();
await app.RunAsync();
return 0;
