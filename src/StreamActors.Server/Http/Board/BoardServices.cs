using StreamActors.Telemetry;

namespace StreamActors.Server.Http.Board;

/// <summary>What the board needs.</summary>
internal static class BoardServices
{
    public static IServiceCollection AddBoard(this IServiceCollection services) => services
        .AddSingleton<BoardLog>()
        .AddSingleton<IStreamLog>(provider => provider.GetRequiredService<BoardLog>())
        .AddSingleton<BoardBackends>()
        .AddSingleton<BoardSeats>()
        .AddSingleton<BoardEndpoint>();
}
