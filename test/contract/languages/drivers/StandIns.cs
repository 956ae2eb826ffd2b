// Just as much of Streamer.bot and TwitchLib as clients/csharp uses, so that both examples can be run, not only read.
using System;
using System.IO;
using System.Net;
using System.Threading;
using System.Threading.Tasks;
using CastkeyClient;
using TwitchLib.Api;
using TwitchLib.Api.Core.Exceptions;
using TwitchLib.Client;

/// <summary>Streamer.bot's own object.</summary>
public static class CPH
{
    public static void SetArgument(string name, object value) { Console.WriteLine(name + " = " + value); }

    public static void LogWarn(string text) { Console.Error.WriteLine(text); }
}

public static class StandIns
{
    /// <summary>Arguments: which of them, and the account.</summary>
    public static int Main(string[] args)
    {
        if (args[0] == "twitchlib")
        {
            using (var castkey = new Castkey("twitchlib-bot"))
                Console.WriteLine(new TwitchLibBot(castkey, args[1]).Who().GetAwaiter().GetResult());
            return 0;
        }
        if (args[0] == "twitchlib-chat")
        {
            using (var castkey = new Castkey("chat-bot"))
            {
                var chat = new TwitchLibChat(castkey, args[1], "luna_streams");
                chat.Connect("luna_streams");
                chat.Client.Lose();
            }
            return 0;
        }
        var action = new CPHInline();
        action.Init();
        bool done = action.Execute();
        action.Dispose();
        return done ? 0 : 1;
    }
}

namespace TwitchLib.Api.Core.Exceptions
{
    /// <summary>TwitchLib throws it for a 401 without a WWW-Authenticate header.</summary>
    public sealed class BadScopeException : Exception { }

    /// <summary>And this for a 401 with one.</summary>
    public sealed class TokenExpiredException : Exception { }
}

namespace TwitchLib.Api
{
    public sealed class Settings
    {
        public string ClientId { get; set; }
        public string AccessToken { get; set; }
    }

    public sealed class FoundUser
    {
        public string DisplayName { get; set; }
    }

    public sealed class FoundUsers
    {
        public FoundUser[] Users { get; set; }
    }

    public sealed class UserCalls
    {
        private readonly TwitchAPI api;

        public UserCalls(TwitchAPI api) { this.api = api; }

        public Task<FoundUsers> GetUsersAsync() { return Task.Run(() => GetUsers()); }

        private FoundUsers GetUsers()
        {
            var request = (HttpWebRequest)WebRequest.Create(Environment.GetEnvironmentVariable("TWITCH_HELIX") + "/users");
            request.Headers["Authorization"] = "Bearer " + api.Settings.AccessToken;
            request.Headers["Client-Id"] = api.Settings.ClientId;
            try
            {
                using (var reader = new StreamReader(request.GetResponse().GetResponseStream()))
                {
                    var data = Check.List(Check.Record(Json.Read(reader.ReadToEnd()))["data"]);
                    return new FoundUsers { Users = new[] { new FoundUser { DisplayName = Check.Text(Check.Record(data[0])["display_name"]) } } };
                }
            }
            catch (WebException error)
            {
                var answer = (HttpWebResponse)error.Response;
                if (answer.StatusCode != HttpStatusCode.Unauthorized) throw;
                if (answer.Headers["WWW-Authenticate"] == null) throw new BadScopeException();
                throw new TokenExpiredException();
            }
        }
    }

    public sealed class Helix
    {
        public UserCalls Users { get; private set; }

        public Helix(TwitchAPI api) { Users = new UserCalls(api); }
    }

    public sealed class TwitchAPI
    {
        public Settings Settings { get; private set; }
        public Helix Helix { get; private set; }

        public TwitchAPI()
        {
            Settings = new Settings();
            Helix = new Helix(this);
        }
    }
}

namespace TwitchLib.Client.Models
{
    public sealed class ConnectionCredentials
    {
        public string Token { get; private set; }

        public ConnectionCredentials(string login, string token) { Token = token; }
    }
}

namespace TwitchLib.Client
{
    using TwitchLib.Client.Models;

    /// <summary>Logs in to the sandbox's Helix rather than to its chat: it takes and refuses the same tokens.</summary>
    public sealed class TwitchClient
    {
        private readonly SemaphoreSlim entered = new SemaphoreSlim(0);
        private ConnectionCredentials credentials;
        private bool connected;

        public event EventHandler<EventArgs> OnIncorrectLogin;

        public void Initialize(ConnectionCredentials first, string channel) { credentials = first; }

        public void SetConnectionCredentials(ConnectionCredentials next)
        {
            if (connected) throw new InvalidOperationException("While the client is connected, they can't be changed.");
            credentials = next;
        }

        public void Disconnect() { connected = false; }

        public void Connect()
        {
            connected = true;
            var api = new TwitchAPI();
            api.Settings.ClientId = Environment.GetEnvironmentVariable("TWITCH_CLIENT_ID");
            api.Settings.AccessToken = credentials.Token;
            try { Console.WriteLine("in as " + api.Helix.Users.GetUsersAsync().GetAwaiter().GetResult().Users[0].DisplayName); }
            catch (BadScopeException)
            {
                Console.WriteLine("refused");
                OnIncorrectLogin(this, EventArgs.Empty);
                return;
            }
            entered.Release();
        }

        /// <summary>The token dies, the connection breaks, and it reconnects as the real one does.</summary>
        public void Lose()
        {
            if (!entered.Wait(20000)) throw new InvalidOperationException("never in");
            var request = (HttpWebRequest)WebRequest.Create(Environment.GetEnvironmentVariable("TWITCH_HELIX").Replace("/helix", "/sandbox/expire"));
            request.Method = "POST";
            request.ContentType = "application/json";
            using (var body = new StreamWriter(request.GetRequestStream())) body.Write("{}");
            request.GetResponse().Close();
            Connect();
            if (!entered.Wait(20000)) Console.WriteLine("mute");
        }
    }
}
