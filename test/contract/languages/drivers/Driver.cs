// Drives clients/csharp/Castkey.cs for the scenarios; test/contract/languages/README.md tells the protocol.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.InteropServices;
using CastkeyClient;
using Fields = System.Collections.Generic.Dictionary<string, object>;

public static class Driver
{
    private static readonly object Speaking = new object();
    private static Castkey castkey;
    private static Token last;

    private static void Say(Fields message)
    {
        lock (Speaking) Console.Out.WriteLine(Json.Write(message));
        Console.Out.Flush();
    }

    private static string Text(Fields ask, string name) { return Check.Get(ask, name) as string; }

    /// <summary>Of any length, none included: what is wrong with them is for the client to say.</summary>
    private static IReadOnlyList<string> Texts(object list) { return (list as List<object> ?? new List<object>()).Cast<string>().ToList(); }

    private static IEnumerable<IEnumerable<string>> Sets(object list)
    {
        return list == null ? new List<IReadOnlyList<string>>() : Check.List(list).Select(Texts).ToList();
    }

    private static Fields Shown(Token token)
    {
        return new Fields
        {
            { "hash", Proofs.Hash(token.AccessToken) }, { "scopes", token.Scopes }, { "userId", token.UserId },
            { "clientId", token.ClientId }, { "version", token.Version },
        };
    }

    private static Fields Refusal(CastkeyException error)
    {
        return new Fields { { "code", error.Code }, { "retryable", error.Retryable }, { "missing", error.Missing } };
    }

    private static object Open(Fields ask)
    {
        var options = new CastkeyOptions { Name = Text(ask, "name"), Timeout = TimeSpan.FromSeconds(20) };
        if (ask.ContainsKey("timeout")) options.Timeout = TimeSpan.FromSeconds((long)ask["timeout"]);
        if (ask.ContainsKey("interactive")) options.Interactive = ask["interactive"] is bool ? (Interactive)(bool)ask["interactive"] : Interactive.Notify;
        options.TwitchClientId = Text(ask, "twitchClientId");
        if (ask.ContainsKey("wants"))
        {
            options.Wants = Check.List(ask["wants"]).Select(Check.Record).Select(want => new Want
            {
                User = Text(want, "user"), Intent = Text(want, "intent"), Scopes = Sets(Check.Get(want, "scopes")),
            }).ToList();
        }
        castkey = new Castkey(options);
        castkey.OnChange(told => Say(new Fields { { "event", told.Type }, { "userId", told.UserId } }));
        castkey.Connect();
        return new Fields();
    }

    private static object Cut(Fields ask)
    {
        var lines = new Lines();
        var found = new List<string>();
        object ends = null;
        try
        {
            foreach (string chunk in Texts(ask["chunks"]))
            {
                byte[] bytes = Convert.FromBase64String(chunk);
                lines.Feed(bytes, bytes.Length, found.Add);
            }
        }
        catch (MalformedException error) { ends = error.What; }
        return new Fields { { "lines", found }, { "ends", ends } };
    }

    private static object Understand(Fields ask)
    {
        Message found;
        try { found = Message.Read(Text(ask, "line")); }
        catch (MalformedException) { return new Fields { { "kind", "hang up" } }; }
        if (found.Kind == "event") return new Fields { { "kind", "event" }, { "event", found.Event } };
        var answer = found.Kind == "error" ? Refusal(found.Error) : new Fields();
        answer["kind"] = found.Kind;
        answer["id"] = found.Id;
        if (found.Kind == "error") answer["hint"] = found.Error.Hint;
        if (found.Kind == "error" && found.Error.RetryAfter != null) answer["retryAfterMs"] = (long)found.Error.RetryAfter.Value.TotalMilliseconds;
        return answer;
    }

    private static object FindPaths(Fields ask)
    {
        foreach (string name in new[] { "CASTKEY_HOME", "CASTKEY_SOCKET", "CASTKEY_KEY_FILE", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME" })
            Environment.SetEnvironmentVariable(name, null);
        Environment.SetEnvironmentVariable("HOME", Text(ask, "home"));
        foreach (var variable in Check.Record(ask["env"])) Environment.SetEnvironmentVariable(variable.Key, (string)variable.Value);
        UnixPlatform.RunUser = Text(ask, "runUser");
        Platform here = Platform.Find();
        try { return new Fields { { "socket", here.Socket(null) }, { "keyFile", here.KeyPath(Text(ask, "name"), null) } }; }
        catch (CastkeyException error) { return new Fields { { "refused", error.Message } }; }
    }

    private static object IsNonce(string text)
    {
        try { return Proofs.Decode(text, 16, 64).Length > 0; }
        catch (MalformedException) { return false; }
    }

    private static object IntentName(string intent)
    {
        try { return Castkey.IntentName(intent); }
        catch (CastkeyException) { return null; }
    }

    private static object BothProofs(Fields ask)
    {
        byte[] key = Proofs.Decode(Text(ask, "key"), 32, 32);
        string client = Text(ask, "client"), server = Text(ask, "server");
        return new Fields { { "server", Proofs.Of("server", key, client, server) }, { "client", Proofs.Of("client", key, client, server) } };
    }

    private static object Answer(Fields ask)
    {
        string user = Text(ask, "user"), intent = Text(ask, "intent");
        switch (Text(ask, "do"))
        {
            case "open": return Open(ask);
            case "token": return Shown(last = castkey.Token(user, intent, Scopes(ask), Sets(Check.Get(ask, "anyOf"))));
            case "refresh": return Shown(last = castkey.Refresh(last, user, intent));
            case "appToken": return Shown(castkey.AppToken());
            case "scopes": return castkey.Scopes(user);
            case "status":
                Status status = castkey.Status();
                var users = status.Users.Select(one => new[] { one.UserId, one.Login, one.State }).ToList();
                return new Fields { { "locked", status.Locked }, { "users", users } };
            case "proofs": return BothProofs(ask);
            case "nonce": return IsNonce(Text(ask, "nonce"));
            case "intentName": return IntentName(intent);
            case "lines": return Cut(ask);
            case "message": return Understand(ask);
            case "paths": return FindPaths(ask);
            default: throw new InvalidOperationException("no such question: " + ask["do"]);
        }
    }

    private static IEnumerable<string> Scopes(Fields ask)
    {
        return Texts(Check.Get(ask, "scopes"));
    }

    public static void Main()
    {
        for (string line = Console.In.ReadLine(); line != null; line = Console.In.ReadLine())
        {
            Fields ask = Check.Record(Json.Read(line));
            try { Say(new Fields { { "id", ask["id"] }, { "ok", Answer(ask) } }); }
            catch (CastkeyException error) { Say(new Fields { { "id", ask["id"] }, { "error", Refusal(error) } }); }
        }
        if (castkey != null) castkey.Dispose();
        Console.Out.Flush();
        // Mono 6.8 waits up to a minute at its end if a thread of its pool lies down to sleep at that very moment.
        Leave(0);
    }

    [DllImport("libc", EntryPoint = "_exit")]
    private static extern void Leave(int code);
}
