using System.Net;
using System.Net.Sockets;

namespace StreamActors.Benchmarks.Gateways;

/// <summary>No gateway: the model server itself, which shows what harness and machine cost.</summary>
internal sealed record Direct() : GatewayKind("direct", "no gateway: the client asks the model server")
{
    public override Started Start(Uri upstream, string folder, Machine machine) => throw new NotSupportedException();
}

/// <summary>A proxy that reads a file and listens where that says.</summary>
internal abstract record Proxy(string Name, string What) : GatewayKind(Name, What)
{
    public override Started Start(Uri upstream, string folder, Machine machine)
    {
        var port = FreePort();
        var file = Path.Combine(folder, $"{Name}.conf");
        File.WriteAllText(file, Configuration(port, upstream.Port, folder, machine.MostHandles));
        return new Started(
            ChildProcess.Start(Name, folder, [.. machine.OnGatewayCore, .. Command(file, folder)]), () => new IPEndPoint(IPAddress.Loopback, port));
    }

    protected abstract string Configuration(int port, int upstream, string folder, int handles);

    protected abstract string[] Command(string file, string folder);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>nginx: one process, connections to the model server kept, nothing buffered, nothing logged.</summary>
internal sealed record Nginx() : Proxy("nginx", "one worker, proxy_buffering off, upstream keep-alive, no access log")
{
    protected override string Configuration(int port, int upstream, string folder, int handles) => $$"""
        daemon off;
        master_process off;
        pid {{folder}}/nginx.pid;
        error_log {{folder}}/nginx.log warn;
        # From fifteen sixteenths on nginx closes connections whose request it has not read yet: handles are to be the limit.
        events { worker_connections {{2 * Math.Min(handles, 65536)}}; }
        http {
          access_log off;
          client_body_temp_path {{folder}};
          proxy_temp_path {{folder}};
          fastcgi_temp_path {{folder}};
          uwsgi_temp_path {{folder}};
          scgi_temp_path {{folder}};
          keepalive_requests 1000000;
          upstream model { server 127.0.0.1:{{upstream}}; keepalive 200; keepalive_requests 1000000; }
          server {
            listen 127.0.0.1:{{port}} backlog=4096;
            location / {
              proxy_pass http://model;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              proxy_buffering off;
              proxy_read_timeout 1h;
            }
          }
        }
        """;

    protected override string[] Command(string file, string folder) => ["nginx", "-p", folder, "-e", $"{folder}/nginx.log", "-c", file];
}

/// <summary>
/// HAProxy: one thread, tells the model server of a client that leaves, nothing logged. Without <c>http-no-delay</c> it lets the kernel
/// hold a token back for up to 200 ms for more to come.
/// </summary>
internal sealed record HaProxy() : Proxy("haproxy", "nbthread 1, option abortonclose, option http-no-delay, no log")
{
    protected override string Configuration(int port, int upstream, string folder, int handles) => $$"""
        global
          nbthread 1
          maxconn {{Math.Clamp((handles - 100) / 2, 100, 30000)}}
        defaults
          mode http
          option abortonclose
          option http-no-delay
          timeout connect 5s
          timeout client 1h
          timeout server 1h
        listen model
          bind 127.0.0.1:{{port}} backlog 4096
          server model 127.0.0.1:{{upstream}}

        """;

    protected override string[] Command(string file, string folder) => ["haproxy", "-db", "-f", file];
}
