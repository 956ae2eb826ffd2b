// A chat bot on TwitchLib: it logs in with a token that Twitch was asked about, and anew where Twitch refuses one.
//
// Add this file and Castkey.cs to a project that has the package TwitchLib.Client.
using System.Threading.Tasks;
using CastkeyClient;
using TwitchLib.Client;
using TwitchLib.Client.Models;

public sealed class TwitchLibChat
{
    private readonly Castkey castkey;
    private readonly string user, login;
    private Token token;

    public TwitchClient Client { get; private set; }

    /// <summary>The account by its numeric user ID, and its login name, which chat wants as well.</summary>
    public TwitchLibChat(Castkey castkey, string user, string login)
    {
        this.castkey = castkey;
        this.user = user;
        this.login = login;
        Client = new TwitchClient();
    }

    public void Connect(string channel)
    {
        token = castkey.Token(user: user, scopes: new[] { "chat:read", "chat:edit" });
        token = castkey.Refresh(token, user: user); // Castkey asks Twitch about it, and renews it only if it is dead
        Client.Initialize(new ConnectionCredentials(login, token.AccessToken), channel);
        Client.OnIncorrectLogin += (sender, refused) => Task.Run(() => LogInAnew());
        Client.Connect();
    }

    /// <summary>TwitchLib reconnects with the credentials it has, however old.</summary>
    private void LogInAnew()
    {
        Token fresh = castkey.Refresh(token, user: user);
        if (fresh.AccessToken == token.AccessToken) return; // it isn't the token: the login name is of another account
        token = fresh;
        Client.Disconnect();
        Client.SetConnectionCredentials(new ConnectionCredentials(login, token.AccessToken));
        Client.Connect();
    }
}
